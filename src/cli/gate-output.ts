import { join } from 'node:path';
import { gateComment } from '../gate/comment.ts';
import { gateExitCode } from '../gate/exit-code.ts';
import type { FailureLine } from '../gate/gate-context.ts';
import { failureComment, failureHeadline, failureJsonText } from '../gate/gate-failure.ts';
import { gateJsonText } from '../gate/gate-json.ts';
import type { SavedGate } from '../gate/gate-log.ts';
import { type GateReport, versionText } from '../gate/gate-report.ts';
import { failureJunit, gateJunit } from '../gate/junit.ts';
import type { Pair } from '../gate/pair.ts';
import { reportOfLog } from '../gate/report-of-log.ts';
import { reportOfRuns } from '../gate/report-of-runs.ts';
import { writeFileAtomic } from '../kernel/atomic-write.ts';
import type { ExitCode } from '../kernel/errors.ts';
import { diskError } from '../results/disk-error.ts';
import { printableLines } from './text-table.ts';

export const gateFormats = ['text', 'markdown', 'json', 'junit', 'html'] as const;
export type GateFormat = (typeof gateFormats)[number];

/** What a gate tells, with what it rests on: a report with its pairs, or what went wrong. */
export type GateAnswer =
  | { readonly report: GateReport; readonly pairs: readonly Pair[]; readonly failure: null }
  | { readonly report: null; readonly failure: FailureLine };

/** The answer that a log holds. A failure holds until the gate was gone on with. */
export function answerOfLog(saved: SavedGate): GateAnswer {
  if (saved.failure !== null) return { report: null, failure: saved.failure };
  if (saved.start === null) return { report: reportOfRuns(saved.runs), pairs: [], failure: null };
  return { report: reportOfLog(saved), pairs: saved.pairs, failure: null };
}

export function answerExitCode({ report, failure }: GateAnswer): ExitCode {
  return failure === null ? gateExitCode({ verdict: report.settled.verdict }) : (failure.exitCode as ExitCode);
}

/** The answer in a format: the same bytes for equal answers. A failure has no page of its own, and is told as text there. */
export async function gateAnswerText(answer: GateAnswer, format: GateFormat): Promise<string> {
  if (answer.failure !== null) return failureIn(answer.failure, format);
  const { report, pairs } = answer;
  switch (format) {
    case 'text':
      return (await import('./gate-text.ts')).gateText(report);
    case 'markdown':
      return gateComment(report);
    case 'json':
      return gateJsonText(report);
    case 'junit':
      return gateJunit(report);
    case 'html':
      return (await import('../report/gate-page/render-gate-page.ts')).renderGatePage({ report, pairs });
  }
}

function failureIn(failure: FailureLine, format: GateFormat): string {
  switch (format) {
    case 'markdown':
      return failureComment(failure);
    case 'json':
      return failureJsonText(failure);
    case 'junit':
      return failureJunit(failure);
    default:
      return failureText(failure);
  }
}

function failureText(failure: FailureLine): string {
  const { base, head, code, message } = failure;
  const lines = [
    failureHeadline(failure),
    `base ${versionText(base)}, head ${versionText(head)}`,
    '',
    `${message} (${code})`,
  ];
  return `${printableLines(lines.join('\n'))}\n`;
}

/** Files of the folder of a gate beside its log, by their format. */
const files = { json: 'gate.json', markdown: 'comment.md', junit: 'junit.xml', html: 'gate.html' } as const;

/** Writes the answer beside the log, each file whole or not at all; answers with their paths. Throws `FOLDER_UNWRITABLE`, `DISK_FULL`. */
export async function writeGateFiles(folder: string, answer: GateAnswer): Promise<string[]> {
  const paths: string[] = [];
  for (const format of ['json', 'markdown', 'junit', 'html'] as const) {
    // A page without a verdict would say less than the comment.
    if (answer.failure !== null && format === 'html') continue;
    const path = join(folder, files[format]);
    try {
      writeFileAtomic(path, await gateAnswerText(answer, format));
    } catch (error) {
      throw diskError(error, path);
    }
    paths.push(path);
  }
  return paths;
}
