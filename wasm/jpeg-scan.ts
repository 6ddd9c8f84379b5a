// The one scan of a baseline JPEG: Huffman-coded coefficients → samples of each component, in planes of their own size.
// ITU-T T.81, annexes E and F. Anything that is not as it should be ends in a code, never in a guess: the caller then asks a
// library that knows how to be lenient.
import { codesAt, endOfBlock, limitsAt, lookupBits, shiftsAt, symbolsAt } from './huffman-table';
import { fillBlock, inverseDct } from './inverse-dct';

export const scanDone: i32 = 0;
/** A code or a run that cannot be, or bits that are missing or left over at the end or before a restart marker. */
export const scanDamaged: i32 = 1;

/**
 * Above this, what a coefficient of a block's first row becomes depends on how libjpeg was compiled (16 bits, two more for precision,
 * that wrap around or not). Samples of 8 bits make none above 1,100 and half a quantisation step.
 */
const coefficientAtMost: i32 = 8191;

// The frame at `frame`, in 32-bit words: MCUs a row, rows of MCUs, MCUs between restarts (0: none), components; then of each
// component: plane, its stride, blocks across and down an MCU, DC table, AC table, dequantisation (64 × u32: place in the block | factor << 16).
const componentWords: usize = 7;

/** Decodes the scan whose first byte is at `position`; behind its bytes the caller has put a marker. */
export function decodeScan(position: usize, frame: usize, block: usize, predictions: usize): i32 {
  const across = load<i32>(frame);
  const down = load<i32>(frame, 4);
  const restartInterval = load<i32>(frame, 8);
  const components = load<i32>(frame, 12);
  let bits: u64 = 0; // the next bit is the highest
  let count: i32 = 0; // bits in `bits`, …
  let missing: i32 = 0; // … of which so many at the end are zeros because a marker was met
  let untilRestart = restartInterval;
  let restarts: i32 = 0;
  memory.fill(predictions, 0, 16);

  for (let mcuRow: i32 = 0; mcuRow < down; mcuRow++) {
    for (let mcuColumn: i32 = 0; mcuColumn < across; mcuColumn++) {
      if (restartInterval > 0) {
        if (untilRestart === 0) {
          if (missing > count || count - missing > 7) return scanDamaged;
          if (load<u16>(position) !== <u16>(0xd0ff + ((restarts & 7) << 8))) return scanDamaged;
          position += 2;
          bits = 0;
          count = 0;
          missing = 0;
          memory.fill(predictions, 0, 16);
          untilRestart = restartInterval;
          restarts++;
        }
        untilRestart--;
      }

      for (let c: i32 = 0; c < components; c++) {
        const component = frame + 16 + <usize>c * (componentWords << 2);
        const stride = load<u32>(component, 4);
        const blocksAcross = load<i32>(component, 8);
        const blocksDown = load<i32>(component, 12);
        const dcTable = <usize>load<u32>(component, 16);
        const acTable = <usize>load<u32>(component, 20);
        const dequantisation = <usize>load<u32>(component, 24);
        const plane = load<u32>(component) + 8 * (mcuRow * blocksDown * stride + mcuColumn * blocksAcross);
        for (let b: i32 = 0; b < blocksAcross * blocksDown; b++) {
          // The difference of the first coefficient to that of the block before.
          if (count <= 32) {
            const word = bswap<u32>(load<u32>(position));
            if (((~word - 0x01010101) & word & 0x80808080) === 0) {
              bits |= (<u64>word) << (32 - count);
              count += 32;
              position += 4;
            } else {
              while (count <= 56) {
                const byte = load<u8>(position);
                if (byte !== 255) position++;
                else if (load<u8>(position, 1) === 0) position += 2;
                else missing += 8;
                if (missing === 0) bits |= (<u64>byte) << (56 - count);
                count += 8;
              }
            }
          }
          let code = <i32>load<u16>(dcTable + ((<usize>(bits >>> (64 - lookupBits))) << 1), codesAt);
          if (code === 0) {
            code = longCode(dcTable, <i32>(bits >>> 48));
            if (code === 0) return scanDamaged;
          }
          let size = code >> 8;
          bits <<= <u64>(code & 255);
          count -= code & 255;
          if (size > 11) return scanDamaged;
          let prediction = load<i32>(predictions + ((<usize>c) << 2));
          if (size > 0) {
            prediction += extend(<i32>(bits >>> <u64>(64 - size)), size);
            bits <<= <u64>size;
            count -= size;
            store<i32>(predictions + ((<usize>c) << 2), prediction);
          }

          // The others, in zigzag order, as runs of zeros and a value.
          const first = load<u32>(dequantisation);
          const dc: i32 = prediction * <i32>(first >>> 16);
          if (dc > coefficientAtMost || dc < -coefficientAtMost) return scanDamaged;
          let k: i32 = 1;
          let isEmpty = true;
          while (k < 64) {
            if (count <= 32) {
              const word = bswap<u32>(load<u32>(position));
              if (((~word - 0x01010101) & word & 0x80808080) === 0) {
                bits |= (<u64>word) << (32 - count);
                count += 32;
                position += 4;
              } else {
                while (count <= 56) {
                  const byte = load<u8>(position);
                  if (byte !== 255) position++;
                  else if (load<u8>(position, 1) === 0) position += 2;
                  else missing += 8;
                  if (missing === 0) bits |= (<u64>byte) << (56 - count);
                  count += 8;
                }
              }
            }
            const look = <usize>(bits >>> (64 - lookupBits));
            const both = load<i32>(acTable + (look << 2));
            let value: i32;
            if (both !== 0) {
              bits <<= <u64>(both & 255);
              count -= both & 255;
              k += (both >> 8) & 255;
              if (k > 63) {
                if (((both >> 8) & 255) !== endOfBlock) return scanDamaged;
                break;
              }
              value = both >> 16;
            } else {
              let code = <i32>load<u16>(acTable + (look << 1), codesAt);
              if (code === 0) {
                code = longCode(acTable, <i32>(bits >>> 48));
                if (code === 0) return scanDamaged;
              }
              bits <<= <u64>(code & 255);
              count -= code & 255;
              size = (code >> 8) & 15;
              const run = code >> 12;
              if (size === 0) {
                if (run === 0) break;
                if (run !== 15) return scanDamaged;
                k += 16;
                if (k > 63) return scanDamaged;
                continue;
              }
              if (size > 10) return scanDamaged;
              k += run;
              if (k > 63) return scanDamaged;
              value = extend(<i32>(bits >>> <u64>(64 - size)), size);
              bits <<= <u64>size;
              count -= size;
            }
            if (isEmpty) {
              clearBlock(block);
              isEmpty = false;
            }
            const factor = load<u32>(dequantisation + ((<usize>k) << 2));
            store<i16>(block + (factor & 0xffff), value * <i32>(factor >>> 16));
            k++;
          }

          const blockRow = b / blocksAcross;
          const target = <usize>(plane + 8 * (blockRow * stride + (b - blockRow * blocksAcross)));
          if (isEmpty) {
            fillBlock(<i32>(<i16>dc), target, stride);
          } else {
            store<i16>(block, dc);
            const magnitudes = i16x8.abs(v128.load(block));
            if (v128.any_true(i16x8.gt_u(magnitudes, i16x8.splat(<i16>coefficientAtMost)))) return scanDamaged;
            inverseDct(block, target, stride);
          }
        }
      }
      if (missing > count) return scanDamaged;
    }
  }
  if (count - missing > 7) return scanDamaged;
  return load<u16>(position) === 0xd9ff ? scanDone : scanDamaged; // EOI
}

/** Sets 64 coefficients to 0: `memory.fill` would be a call out of the module. */
function clearBlock(block: usize): void {
  const zero = i64x2.splat(0);
  v128.store(block, zero);
  v128.store(block, zero, 16);
  v128.store(block, zero, 32);
  v128.store(block, zero, 48);
  v128.store(block, zero, 64);
  v128.store(block, zero, 80);
  v128.store(block, zero, 96);
  v128.store(block, zero, 112);
}

/** Length | symbol << 8 of a code of 11 to 16 bits at the start of `next16`, or 0 when there is none. */
function longCode(table: usize, next16: i32): i32 {
  for (let length: i32 = lookupBits + 1; length <= 16; length++) {
    if (next16 < load<i32>(table + ((<usize>length) << 2), limitsAt)) {
      const position = (next16 >> (16 - length)) + load<i32>(table + ((<usize>length) << 2), shiftsAt);
      return ((<i32>load<u8>(table + position, symbolsAt)) << 8) | length;
    }
  }
  return 0;
}

/** A value of `size` bits as it is coded: negative ones are less by 2^size − 1. T.81, F.2.2.1. */
function extend(raw: i32, size: i32): i32 {
  return raw < 1 << (size - 1) ? raw - (1 << size) + 1 : raw;
}
