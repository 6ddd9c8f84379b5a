// Tables to decode Huffman codes of JPEG (ITU-T T.81, annexes C and F). A table takes `huffmanTableBytes`:
//
//   0      1024 × u32   by the next 10 bits, code and value at once: bits used (8) | run (8) | value (16, signed); 0: look below
//   4096   1024 × u16   by the next 10 bits, the code alone: length (8) | symbol (8); 0: the code is longer
//   6144   18 × i32     by length, the first code that is longer, left-aligned to 16 bits
//   6216   18 × i32     by length, what to add to a code to get the position of its symbol
//   6288   256 × u8     symbols in the order of their codes

export const huffmanTableBytes: usize = 6544;
export const lookupBits: i32 = 10;
export const codesAt: usize = 4096;
export const limitsAt: usize = 6144;
export const shiftsAt: usize = 6216;
export const symbolsAt: usize = 6288;
/** The run of an end-of-block in the first table: further than any block is long. */
export const endOfBlock: u32 = 128;

/**
 * Builds the table at `table` from a DHT segment's 16 counts and their symbols at `definition`.
 * @returns The number of symbols, or −1 when the counts do not make a prefix code, or one with a code of ones alone (T.81, C.2).
 */
export function buildHuffmanTable(definition: usize, table: usize): i32 {
  memory.fill(table, 0, limitsAt);
  let code: i32 = 0;
  let count: i32 = 0;
  for (let length: i32 = 1; length <= 16; length++) {
    const ofLength = <i32>load<u8>(definition + length - 1);
    if (count + ofLength > 256 || code + ofLength >= 1 << length) return -1;
    store<i32>(table + shiftsAt + (length << 2), count - code);
    for (let i: i32 = 0; i < ofLength; i++) {
      const symbol = load<u8>(definition + 16 + count);
      store<u8>(table + symbolsAt + count, symbol);
      if (length <= lookupBits) {
        const first = code << (lookupBits - length);
        const codes = 1 << (lookupBits - length);
        const entry = ((<u16>symbol) << 8) | <u16>length;
        for (let j = 0; j < codes; j++) store<u16>(table + codesAt + ((first + j) << 1), entry);
      }
      code++;
      count++;
    }
    store<i32>(table + limitsAt + (length << 2), code << (16 - length));
    code <<= 1;
  }
  for (let bits: i32 = 0; bits < 1 << lookupBits; bits++) {
    store<u32>(table + (bits << 2), codeAndValue(bits, <i32>load<u16>(table + codesAt + (bits << 1))));
  }
  return count;
}

/** What the look-up bits say if code and value both fit into them, else 0. */
function codeAndValue(bits: i32, code: i32): u32 {
  const length = code & 255;
  if (length === 0) return 0;
  const symbol = code >> 8;
  const size = symbol & 15;
  if (symbol === 0) return (endOfBlock << 8) | length;
  if (size === 0 || length + size > lookupBits) return 0;
  const raw = (bits >> (lookupBits - length - size)) & ((1 << size) - 1);
  const value = raw < 1 << (size - 1) ? raw - (1 << size) + 1 : raw;
  return ((<u32>value) << 16) | ((symbol >> 4) << 8) | (length + size);
}
