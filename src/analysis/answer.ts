import type { Case, Run } from '../results/run.ts';
import type { Interval } from '../stats/interval.ts';
import { ratioInterval } from '../stats/welch.ts';
import { formatPercent, formatSeconds, formatThroughput } from '../units/format.ts';
import { repeatCommand } from './repeat-command.ts';
import { hasFixedSchedule, scenarioText } from './scenario-text.ts';
import { toggleSentences } from './toggle-text.ts';
import { toggleText } from './toggles.ts';
import { familiesOfSpeed, isInvalidForSpeed } from './verdicts/judge-case.ts';

/** What a run says of one workload under one scenario and scope: which case is the fastest, and how sure that is. */
export interface WorkloadAnswer {
  readonly workload: string;
  readonly scenario: string;
  readonly scope: Case['scope'];
  readonly sentence: string;
  /** Key of the case with the highest throughput among those that count; null when none does. */
  readonly bestKey: string | null;
  readonly runnerUpKey: string | null;
  /** Whether best and runner-up differ by more than chance, as the rounds tell it. */
  readonly order: 'tested' | 'tie' | 'not tested' | 'nothing to order';
  /** Throughput of the best over that of the runner-up with its 95 % interval; null with fewer than two rounds of each. */
  readonly lead: Interval | null;
}

/** The answers of a run, and the text that the command line prints for them. */
export interface RunAnswer {
  readonly answers: readonly WorkloadAnswer[];
  /** One sentence for all where many workloads have one case each, so that nothing is ranked and a table says more; else null. */
  readonly overview: string | null;
  /** What precision and fusion do, a sentence for each group of cases that differ in nothing else. */
  readonly toggles: readonly string[];
  readonly text: string;
}

/** Up to so many workloads of one case each have a sentence of their own. */
const sentencesAtMost = 12;

/** The command that gets an interval where there was one round. */
export function fiveRoundsCommand(run: Pick<Run, 'command'>): string {
  return repeatCommand(run, ['policy.rounds=5']);
}

/**
 * The answer of a run: for each workload (and scenario and scope, whose figures do not compare), the case with the highest throughput,
 * or the lowest latency where a schedule sets the throughput, among those that were measured, took effect as asked, and are within the latency limit if the suite sets one. Verdicts that are
 * not judged yet exclude nothing; one that is invalid does.
 */
export function answerOf(run: Run): RunAnswer {
  const groups = new Map<string, Case[]>();
  for (const one of run.cases) {
    const group = `${one.workload}\n${JSON.stringify(one.scenario)}\n${one.scope}`;
    groups.set(group, [...(groups.get(group) ?? []), one]);
  }
  const answers = [...groups.values()].flatMap((cases) => answerFor(cases, run) ?? []);
  const overview = overviewOf(answers, run);
  const toggles = toggleSentences(run);
  const lines = [...(overview === null ? answers.map(({ sentence }) => sentence) : [overview]), ...toggles];
  // Where rounds were asked for and lost, asking for them again is not what helps.
  if (run.policy.rounds < 2 && answers.some(({ order }) => order === 'not tested')) {
    lines.push(`For five rounds and an interval: ${fiveRoundsCommand(run)}`);
  }
  return { answers, overview, toggles, text: lines.join('\n') };
}

function overviewOf(answers: readonly WorkloadAnswer[], run: Run): string | null {
  const isOneEach = answers.length === run.cases.length;
  if (!isOneEach || answers.length <= sentencesAtMost) return null;
  const measured = answers
    .flatMap(({ bestKey }) => run.cases.find(({ key }) => key === bestKey) ?? [])
    .filter((one): one is Ranked => one.throughput !== null)
    .sort((a, b) => b.throughput.value - a.throughput.value);
  const [fastest, slowest] = [measured[0], measured.at(-1)];
  const count = `${answers.length} workloads of one case each`;
  if (fastest === undefined || slowest === undefined) return `${count}: no case was measured.`;
  const ends = [fastest, slowest].map((one) => `${throughputText(one)} (${one.workload})`);
  const all = measured.length === answers.length ? '' : `, ${measured.length} of them measured`;
  return `${count}${all}: from ${ends.join(' to ')}. The table has each of them.`;
}

type Ranked = Case & {
  readonly throughput: { readonly value: number; readonly ci95: readonly [number, number] | null };
};

function answerFor(cases: readonly Case[], run: Run): WorkloadAnswer | null {
  const [first] = cases;
  if (first === undefined) return null;
  const name = nameOf(first, run.cases);
  const common = { workload: first.workload, scenario: first.scenario.kind, scope: first.scope };
  if (run.policy.bareLoop === 'interleaved') {
    const sentence = `${name}: ${overheadText(cases)}`;
    return { ...common, sentence, bestKey: null, runnerUpKey: null, order: 'nothing to order', lead: null };
  }
  const isScheduled = hasFixedSchedule(first.scenario);
  const [best, runnerUp] = rank(cases, run.limits.latency !== null, isScheduled);
  if (best === undefined) {
    const sentence = `${name}: ${whyNone(cases, run)}`;
    return { ...common, sentence, bestKey: null, runnerUpKey: null, order: 'nothing to order', lead: null };
  }
  const within = run.limits.latency === null ? '' : ` within ${limitText(run)}`;
  // Nothing is the fastest of one.
  const is = cases.length === 1 ? '' : ' is fastest';
  const figures = `${name}${is}${within} with ${labelOf(best, cases)}: ${throughputText(best)}, ${latencyText(best)}.`;
  if (runnerUp === undefined) {
    const only = cases.length === 1 ? 'It is the only case.' : 'No other case counts.';
    return {
      ...common,
      sentence: `${figures} ${only}`,
      bestKey: best.key,
      runnerUpKey: null,
      order: 'nothing to order',
      lead: null,
    };
  }
  if (isScheduled) {
    const label = labelOf(runnerUp, cases);
    const sentence = `${figures} Runner-up: ${label}, ${latencyText(runnerUp)}. The schedule sets the throughput: cases are ordered by latency, and the order is not tested.`;
    return { ...common, sentence, bestKey: best.key, runnerUpKey: runnerUp.key, order: 'not tested', lead: null };
  }
  const lead = ratioInterval(throughputs(runnerUp), throughputs(best));
  const order = lead === null ? 'not tested' : lead.low > 1 ? 'tested' : 'tie';
  const sentence = `${figures} ${runnerUpText([best, runnerUp], cases, lead, run.policy.rounds)}`;
  return { ...common, sentence, bestKey: best.key, runnerUpKey: runnerUp.key, order, lead };
}

/** What the harness costs a query, of each case that was compared with a bare loop. Such a run ranks nothing. */
function overheadText(cases: readonly Case[]): string {
  const texts = cases.flatMap((one) => {
    if (one.overhead === null) return [];
    const { harnessP50, bareP50, differenceSeconds, ratio, queries } = one.overhead;
    const sign = differenceSeconds < 0 ? '−' : '+';
    const label = cases.length === 1 ? '' : `with ${labelOf(one, cases)} `;
    return [
      `the harness ${label}costs ${sign}${formatSeconds(Math.abs(differenceSeconds))} a query: median ${formatSeconds(harnessP50)}, ` +
        `${formatSeconds(bareP50)} in the bare loop, ratio ${ratio.toFixed(4)}, ${queries} queries each`,
    ];
  });
  return texts.length === 0 ? 'no case was measured.' : `${texts.join('; ')}.`;
}

/** The cases that count, the fastest first: by throughput, or where a schedule sets that by the median response time. */
function rank(cases: readonly Case[], hasLimit: boolean, isScheduled: boolean): Ranked[] {
  const median = ({ latency }: Case): number => latency?.p50 ?? Number.POSITIVE_INFINITY;
  return cases
    .filter((one): one is Ranked => counts(one) && (!hasLimit || one.withinLimit === true))
    .sort((a, b) => (isScheduled ? compare(median(a), median(b)) : b.throughput.value - a.throughput.value));
}

/** Two that are both not known are equal. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function counts(one: Case): boolean {
  const { status, provenance, throughput } = one;
  return (
    status === 'ok' && provenance === 'measured' && (throughput?.value ?? null) !== null && !isInvalidForSpeed(one)
  );
}

function whyNone(cases: readonly Case[], run: Run): string {
  const counted = cases.filter(counts);
  if (counted.length === 0) {
    const measured = cases.filter(({ status }) => status === 'ok');
    if (measured.length === 0) return 'no case was measured.';
    const codes = [...new Set(measured.flatMap(invalidCodes))];
    // What did not take effect has always been said in these words.
    return codes.every((code) => code === 'NOT_IN_EFFECT')
      ? 'no case was measured as it was asked for.'
      : `no case counts: ${measured.length === 1 ? 'it is' : 'all are'} invalid (${codes.join(', ')}).`;
  }
  const withheld = counted.find(({ withinLimit }) => withinLimit === null)?.reasons.withinLimit;
  if (withheld?.code === 'TOO_FEW_SAMPLES') {
    const percentile = run.limits.latency?.percentile;
    return `no case is shown to be within ${limitText(run)}: ${percentile} needs ${withheld.need} queries, the cases have fewer.`;
  }
  if (withheld?.code === 'NOT_DEFINED_OFFLINE')
    return 'offline has no response time, so that the latency limit cannot be met.';
  return `no case is within ${limitText(run)}.`;
}

/** Codes of the families for which a case counts nowhere. */
function invalidCodes({ verdicts, reasons }: Case): string[] {
  return familiesOfSpeed.flatMap((family) =>
    verdicts[family] === 'invalid' ? [reasons[`verdicts.${family}`]?.code ?? family] : [],
  );
}

function runnerUpText(
  [best, runnerUp]: readonly [Ranked, Ranked],
  cases: readonly Case[],
  lead: Interval | null,
  asked: number,
): string {
  const label = labelOf(runnerUp, cases);
  if (lead === null) {
    const less = formatPercent(1 - runnerUp.throughput.value / best.throughput.value);
    return `Runner-up: ${label}, ${throughputText(runnerUp)} (${less} less). ${whyNotTested([best, runnerUp], cases, asked)}`;
  }
  const more = (ratio: number) => formatPercent(ratio - 1);
  const interval = `95 %: ${more(lead.low)} to ${more(lead.high)}`;
  return lead.low > 1
    ? `Runner-up: ${label}, ${throughputText(runnerUp)}; the fastest does ${more(lead.value)} more (${interval}).`
    : `It ties with ${label}, ${throughputText(runnerUp)}: the difference of ${more(lead.value)} may be chance (${interval}).`;
}

function whyNotTested(pair: readonly Ranked[], cases: readonly Case[], asked: number): string {
  if (asked < 2) return 'One round: order not tested.';
  const short = pair
    .map((one) => ({ label: labelOf(one, cases), ended: throughputs(one).length }))
    .filter(({ ended }) => ended < 2)
    .map(({ label, ended }) => `${label} has ${ended} of ${asked} rounds`);
  return `Order not tested: ${short.join('; ')}, and two are needed.`;
}

/** Values over the rounds that ended well. */
function throughputs({ rounds }: Case): number[] {
  return rounds.flatMap(({ status, summary }) => (status === 'ok' ? (summary?.throughput ?? []) : []));
}

function throughputText({ throughput: { value, ci95 } }: Ranked): string {
  const interval = ci95 === null ? '' : ` (95 %: ${formatThroughput(ci95[0])} to ${formatThroughput(ci95[1])})`;
  return `${formatThroughput(value)}${interval}`;
}

function latencyText({ latency, serviceLatency }: Case): string {
  if (latency === null) return timeText('batch service time', serviceLatency);
  return timeText('response time', latency);
}

function timeText(what: string, summary: Case['latency']): string {
  if (summary === null) return `${what} not known`;
  if (summary.p50 !== null) return `median ${what} ${formatSeconds(summary.p50)}`;
  return summary.mean === null ? `${what} not known` : `mean ${what} ${formatSeconds(summary.mean)}`;
}

/** The toggles of a case: always batch size, precision and fusion; hygiene and layout where they are unusual; the others where the cases differ in them. */
function labelOf(one: Case, cases: readonly Case[]): string {
  const { axes } = one;
  const differs = (axis: keyof Case['axes']) => cases.some((other) => other.axes[axis] !== axes[axis]);
  return [
    `batch ${axes.batchSize}`,
    toggleText(one),
    ...(differs('threads') ? [`${axes.threads} ${axes.threads === 1 ? 'thread' : 'threads'}`] : []),
    ...(differs('spinning') ? [`spinning ${axes.spinning}`] : []),
    ...(differs('backend') ? [axes.backend] : []),
  ].join(', ');
}

/** The workload's name; with scenario and scope where the run has several of them. */
function nameOf(one: Case, all: readonly Case[]): string {
  const same = all.filter(({ workload }) => workload === one.workload);
  const details = [
    ...(same.some(({ scenario }) => scenarioText(scenario) !== scenarioText(one.scenario))
      ? [scenarioText(one.scenario)]
      : []),
    ...(same.some(({ scope }) => scope !== one.scope) ? [`scope ${one.scope}`] : []),
  ];
  return details.length === 0 ? one.workload : `${one.workload} (${details.join(', ')})`;
}

function limitText({ limits: { latency } }: Run): string {
  return latency === null ? '' : `${formatSeconds(latency.seconds)} at ${latency.percentile}`;
}
