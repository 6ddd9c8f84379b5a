import { figuresLine } from './figure-text.ts';
import type { FailureLine } from './gate-context.ts';
import { endingOf, type GateReport, headline } from './gate-report.ts';
import { sidedNotes } from './notes.ts';
import { rowNotes } from './reason-text.ts';
import type { SettledRow } from './settle.ts';

type Outcome = 'failure' | 'error' | 'skipped' | 'passed';

/**
 * The answer as JUnit XML, a test case a row: regressed is a failure, invalid an error, inconclusive is skipped. Rows for information pass
 * whatever they say, as they do in the gate. Where nothing was judged there is one test case, and it is an error: an empty file would
 * read as success.
 */
export function gateJunit(report: GateReport): string {
  const { settled, suite } = report;
  const cases = settled.rows.map((one) => ({ one, outcome: outcomeOf(one) }));
  const isNothing = settled.verdict === 'nothing';
  const count = (outcome: Outcome) => cases.filter((one) => one.outcome === outcome).length;
  const counts =
    `tests="${cases.length + (isNothing ? 1 : 0)}" failures="${count('failure')}" ` +
    `errors="${count('error') + (isNothing ? 1 : 0)}" skipped="${count('skipped')}"`;
  const notes = sidedNotes(report.decision);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="dyno gate" ${counts}>`,
    `  <testsuite name="${xml(suite)}" ${counts}>`,
    ...(isNothing
      ? [
          '    <testcase classname="gate" name="nothing was judged">',
          `      <error type="nothing" message="${xml(headline(report))}"/>`,
          '    </testcase>',
        ]
      : []),
    ...cases.flatMap(({ one, outcome }) => testCase(one, outcome)),
    ...(notes.length === 0 ? [] : [`    <system-out>${xml(notes.join('\n'))}</system-out>`]),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/** A gate that came to no verdict: one test case, which is an error. */
export function failureJunit({ suite, code, message }: Pick<FailureLine, 'suite' | 'code' | 'message'>): string {
  const counts = 'tests="1" failures="0" errors="1" skipped="0"';
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="dyno gate" ${counts}>`,
    `  <testsuite name="${xml(suite)}" ${counts}>`,
    '    <testcase classname="gate" name="nothing was judged">',
    `      <error type="${xml(code)}" message="${xml(message)}"/>`,
    '    </testcase>',
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function outcomeOf(one: SettledRow): Outcome {
  if (one.row.metric.role === 'informational') return 'passed';
  switch (endingOf(one)) {
    case 'regressed':
      return 'failure';
    case 'invalid':
      return 'error';
    case 'inconclusive':
      return 'skipped';
    default:
      return 'passed';
  }
}

function testCase(one: SettledRow, outcome: Outcome): string[] {
  const { row } = one;
  const ending = endingOf(one);
  const line = figuresLine(row);
  const figures = line === null ? ending : `${ending}: ${line}`;
  const notes = rowNotes(row);
  const message = xml([figures, ...notes].join('; '));
  return [
    `    <testcase classname="${xml(row.metric.scenario)}" name="${xml(row.metric.metric)}">`,
    ...(outcome === 'skipped' ? [`      <skipped message="${message}"/>`] : []),
    ...(outcome === 'failure' || outcome === 'error'
      ? [`      <${outcome} type="${ending}" message="${message}">${xml([figures, ...notes].join('\n'))}</${outcome}>`]
      : []),
    `      <system-out>${xml(figures)}</system-out>`,
    '    </testcase>',
  ];
}

/** For text and quoted attributes. Characters that XML 1.0 cannot have, however written, become U+FFFD. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"'\t\n\r]/g, (character) => entities[character] ?? `&#${character.codePointAt(0)};`);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
