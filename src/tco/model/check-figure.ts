/** Throws a RangeError unless `value` is finite and `low` ≤ value ≤ `high`; `what` names it, with its unit, in the message. */
export function checkBetween(what: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high)) throw new RangeError(`Expected ${what} from ${low} to ${high}, got ${value}.`);
}

/** Throws a RangeError unless `value` is finite and 0 or more. */
export function checkNotNegative(what: string, value: number): void {
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`Expected ${what} of 0 or more, got ${value}.`);
  }
}

/** Throws a RangeError unless `value` is finite and above 0. */
export function checkPositive(what: string, value: number): void {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`Expected ${what} above 0, got ${value}.`);
  }
}

/** Throws a RangeError unless `value` is a whole number, `least` or more. */
export function checkWhole(what: string, value: number, least: number): void {
  if (!(Number.isSafeInteger(value) && value >= least)) {
    throw new RangeError(`Expected a whole ${what}, ${least} or more, got ${value}.`);
  }
}
