/**
 * `base` to a whole power ≥ 0, by multiplication: the operator `**` rounds its last bit otherwise in other versions of JavaScript engines, and
 * a figure in the browser is to be that of Node.
 */
export function wholePower(base: number, exponent: number): number {
  let power = 1;
  for (let count = 0; count < exponent; count++) power *= base;
  return power;
}
