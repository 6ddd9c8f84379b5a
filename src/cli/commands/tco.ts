import { dirname } from 'node:path';
import { writeFileAtomic } from '../../kernel/atomic-write.ts';
import { type ExitCode, InputError } from '../../kernel/errors.ts';
import { judgeClaims } from '../../tco/claims.ts';
import type { ClaimsOutcome } from '../../tco/model/claims-outcome.ts';
import { evaluateStudy, withSimulation } from '../../tco/model/evaluate-study.ts';
import type { StudyOutcome } from '../../tco/model/study-outcome.ts';
import { readStudy, type Study } from '../../tco/study.ts';
import { studySources } from '../../tco/study-sources.ts';
import type { Streams } from '../streams.ts';

export interface TcoOptions {
  /** The YAML file. */
  readonly study: string;
  /** Runs that measured throughputs are looked for in, by id, unique beginning of an id, or path. */
  readonly results?: readonly string[];
  /** Folder of profiles and price books of your own. */
  readonly profiles?: string;
  readonly json?: boolean;
  /** The HTML report; `reports/<study>.html` unless told. */
  readonly out?: string;
  /** The options as a CSV file. */
  readonly csv?: string;
  /** As typed; those of the study unless told. */
  readonly draws?: string;
  readonly seed?: string;
  readonly report: boolean;
}

/**
 * `dyno tco <study.yaml>`: reads a study of a purchase, computes what it comes to, prints it and writes the report.
 * @throws InputError `STUDY_*` with file and line, `USAGE` for a count that is none.
 */
export async function tcoCommand(options: TcoOptions, { stdout, stderr }: Streams): Promise<ExitCode> {
  const { results = [], profiles } = options;
  const study = readStudy(options.study, {
    sources: studySources({ folder: dirname(options.study), results, profiles }),
  });
  const settings = {
    draws: wholeNumber('--draws', options.draws, 1, 1_000_000) ?? study.simulation.draws,
    seed: wholeNumber('--seed', options.seed, 0, 2 ** 32 - 1) ?? study.simulation.seed,
  };
  const outcome = computed(study, () => withSimulation(study, evaluateStudy(study), settings));
  const claims = computed(study, () => judgeClaims(study));
  if (options.json === true) stdout.write(`${JSON.stringify(asJson(study, outcome, claims), null, 2)}\n`);
  else {
    const { tcoText } = await import('../tco-text.ts');
    stdout.write(tcoText(study, outcome, claims));
  }
  if (options.csv !== undefined) {
    const { optionsAsCsv } = await import('../../report/tco-page/saved-files.ts');
    writeCsv(options.csv, optionsAsCsv(study, outcome));
    stderr.write(`csv     ${options.csv}\n`);
  }
  if (options.report) {
    const { writeTcoReport } = await import('../../report/tco-page/write-tco-report.ts');
    stderr.write(`report  ${await writeTcoReport({ study, outcome, claims }, options.out ?? null)}\n`);
  }
  return 0;
}

/** The contract of `--json`. */
function asJson(
  { assumptions, leftOut, model, throughputs: _, claims: __, ...study }: Study,
  outcome: StudyOutcome,
  claims: ClaimsOutcome | null,
): object {
  const { demand, discountRate, revenuePerMillionRequests = null } = model;
  return {
    study: { ...study, demand, discountRate, revenuePerMillionRequests },
    ...outcome,
    claims,
    assumptions,
    leftOut,
  };
}

function writeCsv(path: string, content: string): void {
  try {
    writeFileAtomic(path, content);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new InputError(
      'CSV_UNWRITABLE',
      `--csv ${path}: the file cannot be written: ${why}. Name one in a writable folder.`,
      {
        cause: error,
      },
    );
  }
}

function wholeNumber(option: string, typed: string | undefined, least: number, most: number): number | null {
  if (typed === undefined) return null;
  const value = Number(typed);
  if (/^\d+$/.test(typed) && value >= least && value <= most) return value;
  throw new InputError(
    'USAGE',
    `${option} ${typed}: expected a whole number from ${least} to ${most}, got ${JSON.stringify(typed)}.`,
  );
}

/** Figures that are possible one by one may not be so together, or at the ends of their ranges: that is a fault of the study. */
function computed<T>(study: Study, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError('STUDY_INVALID', `${study.path}: within the ranges of its figures: ${error.message}`, {
      cause: error,
    });
  }
}
