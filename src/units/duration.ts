const secondsOf: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  min: 60,
  m: 60,
  h: 3600,
};

/** Durations as they are written in suites and on the command line: a number and a unit, such as `200ms`. */
export const durationPattern = /^\d+(\.\d+)?\s?(ns|us|µs|ms|s|min|m|h)$/;

/**
 * Seconds of a duration such as `5s`, `200ms`, `1.5 min` or `2h`; a plain number is seconds.
 * Throws `RangeError` for anything else, negative durations included.
 */
export function parseDuration(text: string): number {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed);
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s?(\D+)$/.exec(trimmed) ?? [];
  const factor = unit === undefined ? undefined : secondsOf[unit];
  if (number === undefined || factor === undefined) {
    throw new RangeError(
      `Expected a duration such as 5s, 200ms or 2min (units: ns, us, ms, s, min, h), got ${JSON.stringify(text)}.`,
    );
  }
  // Divided where the unit is a fraction of a second: 20 * 1e-3 is 0.02, but 3 * 1e-6 is 0.000003 only after division.
  return factor < 1 ? Number(number) / Math.round(1 / factor) : Number(number) * factor;
}
