import { type ExitCode, InputError } from '../../kernel/errors.ts';
import { samplesNeeded } from '../../stats/percentile.ts';
import { sampleSize } from '../../stats/sample-size.ts';
import { formatCount } from '../../units/format.ts';
import type { Streams } from '../streams.ts';

export interface SampleSizeOptions {
  /** Percentiles as typed, such as `99` or `90,99.9`. */
  readonly percentile: string;
  /** As typed: a share such as `0.99`. */
  readonly confidence: string;
  readonly json?: boolean;
}

/**
 * `dyno stats sample-size`: how many samples each percentile needs to be given at all, and how many to be known to a twentieth of the tail above
 * it (MLPerf's rule for the number of queries).
 * @throws InputError `USAGE` for a percentile or a confidence that is none.
 */
export function sampleSizeCommand({ percentile, confidence, json }: SampleSizeOptions, { stdout }: Streams): ExitCode {
  const level = between(confidence, '--confidence', 1, 'a share between 0 and 1, such as 0.99');
  const answers = percentile.split(',').map((text) => {
    const percent = between(text, '--percentile', 100, 'percentiles between 0 and 100, such as 99 or 90,99.9');
    // Not percent / 100: 99.9 / 100 is not the double nearest to 0.999.
    const share = Number((percent / 100).toPrecision(12));
    const { exact, rounded, margin } = sampleSize(share, level);
    return { percentile: share, confidence: level, margin, exact, rounded, least: samplesNeeded(share) };
  });
  if (json === true) {
    stdout.write(`${JSON.stringify(answers)}\n`);
    return 0;
  }
  for (const { percentile: share, margin, rounded, least } of answers) {
    stdout.write(
      `p${percentText(share)} within ±${percentText(margin)} % needs ${formatCount(rounded)} samples at ${percentText(level)} % confidence; it is given from ${formatCount(least)} on.\n`,
    );
  }
  return 0;
}

function percentText(share: number): string {
  return String(Number((share * 100).toPrecision(6)));
}

function between(text: string, option: string, end: number, expected: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value > 0 && value < end) return value;
  throw new InputError('USAGE', `${option} ${text}: expected ${expected}, got ${JSON.stringify(text)}.`);
}
