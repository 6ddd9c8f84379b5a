import { commentMarker } from './comment.ts';
import type { FailureLine } from './gate-context.ts';
import { gateSchemaVersion } from './gate-json.ts';
import { type ReportedVersion, versionText } from './gate-report.ts';
import { codeText, plainText, visible } from './markdown-text.ts';

/** What `--format json` writes of a gate that came to no verdict. */
export interface GateFailureJson {
  readonly schemaVersion: typeof gateSchemaVersion;
  readonly verdict: 'nothing';
  readonly exitCode: number;
  readonly suite: string;
  readonly base: ReportedVersion;
  readonly head: ReportedVersion;
  readonly error: { readonly code: string; readonly message: string };
  readonly rows: readonly [];
}

/** A gate that came to no verdict, as data. */
export function failureJsonText({ exitCode, suite, base, head, code, message }: FailureLine): string {
  const json: GateFailureJson = {
    schemaVersion: gateSchemaVersion,
    ...{ verdict: 'nothing', exitCode, suite },
    base: { name: base.name, commit: base.commit },
    head: { name: head.name, commit: head.commit },
    error: { code, message },
    rows: [],
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

const nameLimit = 60;
/** Of the message in a comment; the JSON has it whole. */
const messageLimit = 6000;

/** What went wrong in a line. */
export function failureHeadline({ code }: Pick<FailureLine, 'code'>): string {
  return `Nothing was judged: ${headlines[code] ?? 'the gate failed before it came to a verdict'}.`;
}

const headlines: Readonly<Record<string, string>> = {
  BASE_NOT_SET_UP: 'base could not be set up',
  HEAD_NOT_SET_UP: 'head could not be set up',
  BASE_FAILED: 'base could not be measured',
  HEAD_FAILED: 'head could not be measured',
};

/** The comment on a pull request: it takes the place of the one that was there, which would be of another push. */
export function failureComment(failure: FailureLine): string {
  const { suite, base, head, code, message } = failure;
  const cut = message.length > messageLimit ? `${message.slice(0, messageLimit)}…` : message;
  return [
    commentMarker(suite),
    `### ${plainText(failureHeadline(failure), 300)}`,
    '',
    `${codeText(suite, nameLimit)}: base ${codeText(versionText(base), nameLimit)}, head ${codeText(versionText(head), nameLimit)}. ${codeText(code, nameLimit)}`,
    '',
    ...codeBlock(cut),
    '',
  ].join('\n');
}

/** A fence longer than any run of backticks within it. */
function codeBlock(text: string): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...text.split('\n').map((line) => visible(line.trimEnd())), fence];
}
