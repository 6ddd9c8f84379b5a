/** Throws a RangeError unless `values` are at least `least` finite numbers; `what` names them in the message. */
export function checkValues(values: ArrayLike<number>, least: number, what = 'values'): void {
  if (values.length < least) throw new RangeError(`Expected at least ${least} ${what}, got ${values.length}.`);
  for (let index = 0; index < values.length; index++) {
    if (!Number.isFinite(values[index]))
      throw new RangeError(`Expected finite ${what}, got ${values[index]} at ${index}.`);
  }
}

/** Throws a RangeError unless `level` is a share between 0 and 1, both excluded. */
export function checkLevel(level: number): void {
  if (!(level > 0 && level < 1)) throw new RangeError(`Expected a level between 0 and 1, got ${level}.`);
}
