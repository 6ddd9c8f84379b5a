import { InputError } from '../kernel/errors.ts';

/** Environment variable that says after how many seconds without a reading a tool is taken for hung. */
export const sensorTimeoutVariable = 'DYNO_SENSOR_TIMEOUT';
const usualSeconds = 10;

/** Seconds without a reading after which a tool that should report is taken for hung. Throws `SENSOR_TIMEOUT` for what is no such number. */
export function sensorSeconds(environment: Readonly<Record<string, string | undefined>> = process.env): number {
  const text = environment[sensorTimeoutVariable];
  if (text === undefined || text === '') return usualSeconds;
  const seconds = Number(text);
  if (seconds >= 0.5 && seconds <= 600) return seconds;
  throw new InputError(
    'SENSOR_TIMEOUT',
    `Expected ${sensorTimeoutVariable} to be between 0.5 and 600 seconds, got ${JSON.stringify(text)}. Unset it for ${usualSeconds} s.`,
  );
}
