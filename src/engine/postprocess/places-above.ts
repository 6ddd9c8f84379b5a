import type { Scores } from './softmax.ts';

/** Places in an array, in memory that grows and is kept. */
export interface Places {
  list: Uint32Array;
  count: number;
}

/** Bits of the largest finite 32-bit float below 0, as an unsigned number: those of −∞ and the negative NaN are above. */
const lowestFiniteBits = 0xff7f_ffff;

const view = new DataView(new ArrayBuffer(4));

/**
 * Appends the place of every value that is above `threshold`, and of every one that is NaN or infinite, among `count` values from
 * `offset` on. Of two million scores few are above; this is the loop that looks at all of them.
 *
 * For 32-bit floats, the bits of all that is neither are one stretch when they are taken as whole numbers on a circle: from 0 up to the
 * threshold where it is not negative (negative values are then looked at one by one), else from the threshold down to the lowest finite
 * number. Turned so that this stretch begins at the smallest integer, one comparison a value tells, and eight values take one branch.
 */
export function appendPlacesAbove(
  values: Scores,
  offset: number,
  count: number,
  threshold: number,
  places: Places,
): void {
  const end = offset + count;
  let place = offset;
  if (values instanceof Float32Array) {
    const { turn, last } = passedOver(threshold);
    const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
    for (; place + 7 < end; place += 8) {
      if (
        (((bits[place] as number) + turn) | 0) > last ||
        (((bits[place + 1] as number) + turn) | 0) > last ||
        (((bits[place + 2] as number) + turn) | 0) > last ||
        (((bits[place + 3] as number) + turn) | 0) > last ||
        (((bits[place + 4] as number) + turn) | 0) > last ||
        (((bits[place + 5] as number) + turn) | 0) > last ||
        (((bits[place + 6] as number) + turn) | 0) > last ||
        (((bits[place + 7] as number) + turn) | 0) > last
      ) {
        appendOneByOne(values, place, place + 8, threshold, places);
      }
    }
  }
  appendOneByOne(values, place, end, threshold, places);
}

/** What to add to the bits of a value, and the last sum of those that are passed over. */
function passedOver(threshold: number): { turn: number; last: number } {
  view.setFloat32(0, threshold + 0); // −0 becomes 0
  // The nearest 32-bit float may lie above the threshold: the one before it is looked at, too.
  const bits = view.getUint32(0);
  const first = threshold >= 0 ? 0 : Math.min(bits + 1, lowestFiniteBits);
  const final = threshold >= 0 ? Math.max(bits - 1, 0) : lowestFiniteBits;
  const turn = (-0x8000_0000 - first) | 0;
  return { turn, last: (final + turn) | 0 };
}

function appendOneByOne(values: Scores, from: number, end: number, threshold: number, places: Places): void {
  for (let place = from; place < end; place++) {
    const value = values[place] as number;
    if (value <= threshold && value !== Number.NEGATIVE_INFINITY) continue;
    if (places.count === places.list.length) {
      const larger = new Uint32Array(Math.max(1024, 2 * places.list.length));
      larger.set(places.list);
      places.list = larger;
    }
    places.list[places.count] = place;
    places.count += 1;
  }
}
