import type { ExitCode } from '../kernel/errors.ts';
import { aaHeadline, aaWarnings, gatingRows, isTooFew, suggestedYaml } from './aa-notes.ts';
import type { AaReport } from './aa-report.ts';
import type { Fact } from './gate-report.ts';
import type { GateSettings } from './settings.ts';

/** Of the JSON below. A field that is added leaves it; one that goes or changes its meaning raises it. */
export const aaSchemaVersion = 1;

/** A session of one version against itself, with what it was of. */
export interface AaSession {
  readonly report: AaReport;
  readonly settings: GateSettings;
  readonly suite: string;
  readonly version: { readonly name: string; readonly commit: string | null };
  readonly environment: readonly Fact[];
  /** Why measuring ended; null: it was killed. */
  readonly ended: string | null;
}

/** What `dyno gate aa --format json` prints: shares are fractions, times seconds; `deviation` is of logarithms. The same bytes for the same session. */
export function aaJsonText(session: AaSession): string {
  const { report, settings, suite, version, environment, ended } = session;
  const { metrics: _, ...judged } = settings;
  const answer = {
    schemaVersion: aaSchemaVersion,
    exitCode: aaExitCode(report, settings),
    headline: aaHeadline(report, settings),
    suite,
    version,
    ...report,
    warnings: aaWarnings(report, settings),
    suggestion: suggestedYaml(report),
    ended,
    environment,
    settings: judged,
  };
  return `${JSON.stringify(answer, null, 2)}\n`;
}

/** 0 measured, whatever the margins are worth · 2 a row that can fail has fewer valid pairs than a gate takes · 4 nothing was measured. */
export function aaExitCode(report: AaReport, settings: GateSettings): ExitCode {
  const isNothing =
    report.rows.every(({ pairs }) => pairs === 0) && report.exact.every(({ values }) => values.length === 0);
  const isBroken =
    report.rows.length > 0 &&
    report.rows.every(
      ({ pairs, dropped }) => pairs === 0 && dropped.every(({ code }) => /_FAILED$|^NO_VALUE$/.test(code)),
    );
  if (isNothing && (report.rounds === 0 || isBroken)) return 4;
  return gatingRows(report).some((row) => isTooFew(row, settings)) ? 2 : 0;
}
