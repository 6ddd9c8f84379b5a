/** The longest that a timer of Node.js can run, some 24.8 days: with a longer delay it fires at once. */
const longestMilliseconds = 2 ** 31 - 1;

/** The delay of a timer that is to fire after `seconds`, in milliseconds, or as long as a timer can run. */
export function timerMilliseconds(seconds: number): number {
  return Math.min(seconds * 1e3, longestMilliseconds);
}
