import { leastPasses, mostAlarms } from './aa-margin.ts';
import type { SuiteRates } from './aa-rates.ts';
import type { AaKnown, AaReport, AaRow } from './aa-report.ts';
import type { GateVerdict } from './decision.ts';
import { figureText, intervalText, shareText } from './figure-text.ts';
import type { Metric } from './metric.ts';
import { droppedText } from './reason-text.ts';
import type { GateSettings } from './settings.ts';

/** What is to be said first: whether the margins of the rows that can fail are supported. */
export function aaHeadline(report: AaReport, settings: GateSettings): string {
  const gating = gatingRows(report);
  const few = gating.filter((row) => isTooFew(row, settings));
  if (gating.length === 0) return 'No sampled row can fail: there is no noise to know of.';
  if (few.length > 0) {
    return `Too few valid pairs of ${few.length} of ${rowsText(gating.length)} that can fail: a gate takes ${settings.looks[0]}.`;
  }
  const small = gating.filter(({ known }) => known?.isEnough === false);
  if (small.length > 0) {
    return `${small.length} of ${rowsText(gating.length)} that can fail ${small.length === 1 ? 'has a margin' : 'have margins'} below what this machine supports.`;
  }
  return gating.length === 1
    ? 'This machine supports the margin of the row that can fail.'
    : `This machine supports the margins of all ${gating.length} rows that can fail.`;
}

/** What the answer rests on. */
export function aaBasisNotes({ rows }: AaReport, { looks }: GateSettings): string[] {
  const least = Math.min(...rows.map(({ pairs }) => pairs));
  const last = looks.at(-1) ?? 0;
  return [
    ...(least < last && rows.length > 0
      ? [
          `What ${last} pairs would show is worked out as if more pairs were like these; measure ${last} rounds to know.`,
        ]
      : []),
    'Gates one after the other are the rounds as they were measured. A replay takes the rounds from a drawn one on, in their order in time, and draws ' +
      'anew which process of each is base. That assumes that a process of one arm could as well have been one of the other, as both run the same files; what differs between arms all the same is seen by gates one after ' +
      'the other alone. The interval of replays holds what chance makes of these rounds, not what another day makes of the machine.',
    `A supported margin is at least twice the noise of the last look, and with it replays of the row raise an alarm in at most ${shareText(mostAlarms)} and come ` +
      `to an answer in at least ${shareText(leastPasses)}.`,
  ];
}

/** What is wrong with the machine or the benchmark, a sentence each without its full stop. */
export function aaWarnings(report: AaReport, settings: GateSettings): string[] {
  return [
    ...report.unstable.map(
      (scenario) =>
        `${scenario}: two processes of one version gave different answers, so that every gate of it ends invalid; make the answer follow from DYNO_GATE_SEED, or leave out "output"`,
    ),
    ...report.exact.flatMap(exactWarnings),
    ...report.rows.flatMap((row) => (row.known?.isUneven ? [unevenWarning(row, row.known)] : [])),
    ...droppedWarnings(report, settings),
  ];
}

function exactWarnings({ metric, values }: AaReport['exact'][number]): string[] {
  if (values.length < 2) return [];
  const shown = values.slice(0, 3).map((value) => figureText(value, metric));
  return [
    `${nameOf(metric)} is compared exactly and differs between processes of one version (${shown.join(', ')}${values.length > 3 ? ', …' : ''}): write kind: sampled for it`,
  ];
}

function unevenWarning({ metric }: AaRow, { between }: AaKnown): string {
  const found = between === null ? '' : ` (${intervalText(between)})`;
  return `${nameOf(metric)}: head was not like base${found} although both are the same files; look for what one arm leaves to the other, such as caches or files beside the checkout`;
}

/** Of rows of one scenario mostly the same. */
function droppedWarnings({ rows }: AaReport, { limits }: GateSettings): string[] {
  const told = new Set<string>();
  return rows.flatMap(({ metric: { scenario }, dropped, attempted }) => {
    const count = dropped.reduce((sum, one) => sum + one.count, 0);
    if (count === 0) return [];
    const invalid =
      count > limits.droppedShare * attempted
        ? `; of more than ${shareText(limits.droppedShare)} a gate ends invalid: find what else runs on this machine, or use another one`
        : '';
    const text = `${scenario}: ${dropped.map((one) => droppedText(one)).join('; ')}; of ${attempted}${invalid}`;
    if (told.has(text)) return [];
    told.add(text);
    return [text];
  });
}

/** Lines of YAML for the suite: a margin that is supported for each row that can fail and whose margin is not. Empty where there is none. */
export function suggestedYaml(report: AaReport): string[] {
  const small = gatingRows(report).filter(({ known }) => known?.isEnough === false);
  if (small.length === 0) return [];
  const all = [...report.rows.map(({ metric }) => metric), ...report.exact.map(({ metric }) => metric)];
  const scenarios = new Set(all.map(({ scenario }) => scenario)).size;
  return ['gate:', '  metrics:', ...small.map((row) => `    - ${ruleOf(row, scenarios > 1)}`)];
}

function ruleOf({ metric: { scenario, metric }, known }: AaRow, named: boolean): string {
  const supported = known?.supported ?? null;
  const name = `${named ? `scenario: ${quoted(scenario)}, ` : ''}metric: ${quoted(metric)}`;
  return supported === null ? `{${name}, role: informational}` : `{${name}, margin: ${percent(supported.margin)}%}`;
}

/** 0.07 · 100 is not 7. */
function percent(share: number): string {
  return String(Number((share * 100).toPrecision(6)));
}

/** A plain word where YAML reads it as text, else in quotes, as JSON is YAML. */
function quoted(name: string): string {
  const isWord = /^[A-Za-z][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*$/.test(name);
  return isWord && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(name) ? name : JSON.stringify(name);
}

/** What to do with the suggestion, or without one. */
export function suggestionNote(report: AaReport): string | null {
  const small = gatingRows(report).filter(({ known }) => known?.isEnough === false);
  if (small.length === 0) return null;
  const hopeless = small.filter(({ known }) => known?.supported === null).map(({ metric }) => nameOf(metric));
  const none =
    hopeless.length === 0
      ? ''
      : ` Of ${hopeless.join(', ')} no margin up to 100 % would do: what it is told by fails nothing then.`;
  return (
    `Write this at the end of metrics in the gate section of the suite, where the last rule that fits holds.${none} To keep a smaller margin, ` +
    'let a process measure for longer, or use a quieter machine, and run this again.'
  );
}

/** Whether a row has fewer pairs than the first look of a gate takes. */
export function isTooFew({ pairs }: AaRow, { looks }: GateSettings): boolean {
  return pairs < (looks[0] ?? 0);
}

export function gatingRows({ rows }: AaReport): readonly AaRow[] {
  return rows.filter(({ metric }) => metric.role === 'gating');
}

const verdictNames: readonly GateVerdict[] = ['pass', 'improved', 'regressed', 'inconclusive', 'invalid', 'nothing'];

/** `398 pass, 2 inconclusive`. */
export function verdictCounts({ verdicts }: SuiteRates): string {
  return verdictNames.flatMap((name) => (verdicts[name] === 0 ? [] : [`${verdicts[name]} ${name}`])).join(', ');
}

function rowsText(count: number): string {
  return `${count} ${count === 1 ? 'row' : 'rows'}`;
}

function nameOf(metric: Pick<Metric, 'scenario' | 'metric'>): string {
  return `${metric.metric} of ${metric.scenario}`;
}
