/** Numbers in the text files of the kernel, read from the bytes: no strings are made of files that are read ten times a second. */

const blank = 0x20;
const tab = 0x09;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;

/**
 * Reads decimal integers separated by blanks or tabs from `position` on into `into`, until it is full or something else comes.
 * Returns how many were read; the rest of `into` is NaN.
 */
export function scanIntegers(bytes: Uint8Array, position: number, into: Float64Array): number {
  let count = 0;
  let at = position;
  while (count < into.length) {
    while (bytes[at] === blank || bytes[at] === tab) at++;
    const negative = bytes[at] === minus;
    if (negative) at++;
    const start = at;
    let value = 0;
    for (let byte = bytes[at]; byte !== undefined && byte >= zero && byte <= nine; byte = bytes[++at]) {
      value = value * 10 + (byte - zero);
    }
    if (at === start) break;
    into[count++] = negative ? -value : value;
  }
  into.fill(Number.NaN, count);
  return count;
}

/** The integer behind the first line that starts with `key`, such as `VmRSS:` or `ctxt`; NaN when there is none. */
export function integerOfLine(bytes: Buffer, key: string): number {
  const position = positionBehind(bytes, key);
  if (position < 0) return Number.NaN;
  scanIntegers(bytes, position, one);
  return one[0] ?? Number.NaN;
}

/** Where the text behind `key` starts, with `key` at the start of a line; −1 when no line starts so. */
export function positionBehind(bytes: Buffer, key: string): number {
  for (let at = bytes.indexOf(key); at >= 0; at = bytes.indexOf(key, at + 1)) {
    const behind = bytes[at + key.length];
    const startsLine = at === 0 || bytes[at - 1] === 0x0a;
    // `cpu` must not find `cpu0`; a key that ends in a colon ends there.
    if (startsLine && (key.endsWith(':') || behind === blank || behind === tab)) return at + key.length;
  }
  return -1;
}

const one = new Float64Array(1);
