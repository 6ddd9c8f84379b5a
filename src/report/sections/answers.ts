import { answerOf, fiveRoundsCommand } from '../../analysis/answer.ts';
import { absentHardware, restsOnOwnResults } from '../../analysis/requested-profiles.ts';
import { limitsNotHeld } from '../../analysis/run-power-limit.ts';
import { isNotInEffect } from '../../analysis/verdicts/judge-case.ts';
import { benchLine } from '../../kernel/shell-words.ts';
import type { Case, Run } from '../../results/run.ts';
import {
  formatBytes,
  formatCount,
  formatPercent,
  formatRatio,
  formatSeconds,
  formatThroughput,
} from '../../units/format.ts';
import { metricName } from '../../units/metric-name.ts';
import { runLetter } from '../charts/panels.ts';
import { extent, isNumber } from '../charts/scale.ts';
import type { RunComparison } from '../comparisons.ts';
import { displayName, displaySentence, displayText } from '../display-name.ts';
import type { ReportInput } from '../input.ts';
import { standingOf } from '../standing.ts';
import { standingSummary } from './verdicts.ts';

export interface AnswerBlock {
  /** Name of the run where there are several; else empty. */
  readonly run: string;
  /** Set large: the answer itself. */
  readonly sentence: string;
  /** How sure it is, and what comes next. */
  readonly more: string;
  readonly facts: readonly Fact[];
}

interface Fact {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}

/** The answers of a run, workload by workload; of several runs how they compare first, then what each says. */
export function answerBlocks(input: ReportInput, comparisons: readonly RunComparison[]): AnswerBlock[] {
  const several = input.runs.length > 1;
  const compared = comparisons.map(
    (comparison): AnswerBlock => ({ run: '', ...comparedSentence(comparison), facts: [] }),
  );
  const single = input.runs.flatMap(({ run }, index) => {
    const { answers, overview } = answerOf(run);
    const said = overview === null ? answers : [{ sentence: overview, bestKey: null }];
    return said.map(({ sentence, bestKey }): AnswerBlock => {
      const [first, more] = split(displaySentence(sentence));
      // Side by side, each sentence is one line among many: its figures are in the charts below.
      const facts = several ? [] : factsOf(run.cases.find(({ key }) => key === bestKey));
      return { run: several ? `Run ${runLetter(index)}` : '', sentence: first, more, facts };
    });
  });
  const blocks = [...compared, ...single];
  if (blocks.length > 0) return blocks;
  return [{ run: '', sentence: 'The run has no cases: there is nothing to report.', more: '', facts: [] }];
}

/** What weakens the answers, and the command that helps. */
export function caveats(input: ReportInput): { text: string; command: string }[] {
  // Where more rounds were asked for and some were lost, the answer says so itself.
  const untested = input.runs.find(
    ({ run }) => run.policy.rounds < 2 && answerOf(run).answers.some(({ order }) => order === 'not tested'),
  );
  if (untested === undefined) return [];
  return [
    {
      text: 'One round: order not tested, because nothing says how far a second round would differ. For five rounds, an interval and a tested order:',
      command: displayText(fiveRoundsCommand(untested.run), 400),
    },
  ];
}

/** Hardware that was asked for and is not where the run was: no figure of the page is of it. */
function absentNotices(run: Run, name: string): Notice[] {
  const { requestedProfiles = [], profiles, projected } = run;
  // The page is read elsewhere, too.
  const text = absentHardware(requestedProfiles, profiles, projected !== undefined, restsOnOwnResults(run))
    .join(' ')
    .replaceAll('this machine', 'the machine of this run');
  if (text === '') return [];
  const link =
    projected === undefined
      ? { tone: 'bad' as const, link: 'environment', linkText: 'The machine' }
      : { tone: 'warn' as const, link: 'projected', linkText: 'What is projected' };
  return [{ text: `${name}${text}`, ...link }];
}

/** What the verdicts come to, where anything has been judged. */
function standingNotices({ cases }: Run, name: string): Notice[] {
  const measured = cases.filter(({ status }) => status === 'ok');
  const standings = measured.map((one) => standingOf(one).verdict);
  if (standings.every((verdict) => verdict === null)) return [];
  const tone = standings.includes('invalid') ? 'bad' : standings.includes('degraded') ? 'warn' : 'good';
  return [{ text: `${name}${standingSummary(measured)}`, tone, link: 'verdicts', linkText: 'The verdicts' }];
}

/** A run by a short policy says so: its figures are for finding faults and regressions, not for publishing. */
function policyNotices({ policy }: Run, name: string): Notice[] {
  if (!shortPresets.has(policy.preset)) return [];
  return [
    {
      text: `${name}Policy ${policy.preset}: windows of ${formatSeconds(policy.window.minSeconds)} and ${formatCount(policy.window.minQueries)} queries at least. ${floors}`,
      tone: 'warn',
      link: 'environment',
      linkText: 'The policy',
    },
  ];
}

/** `quick` is what older results call `smoke`. */
const shortPresets = new Set(['smoke', 'quick', 'ci']);

/** MLCommons, `loadgen/mlperf.conf` and the inference rules: what a submission runs at least. */
const floors =
  'MLPerf asks for 600 s and a number of queries that supports its percentile: figures of this run are for comparing, not for publishing.';

export interface Notice {
  readonly text: string;
  readonly tone: 'bad' | 'warn' | 'good';
  readonly link: string;
  readonly linkText: string;
}

/** What the reader must know before trusting the page: failures, an unfinished run, findings before the start. */
export function notices(input: ReportInput): Notice[] {
  const several = input.runs.length > 1;
  return input.runs.flatMap(({ run }, index) => {
    const name = several ? `Run ${runLetter(index)}: ` : '';
    const found: Notice[] = [...absentNotices(run, name), ...standingNotices(run, name), ...policyNotices(run, name)];
    const counts = (['failed', 'interrupted', 'skipped'] as const)
      .map((status) => ({ status, count: run.cases.filter((one) => one.status === status).length }))
      .filter(({ count }) => count > 0);
    if (counts.length > 0) {
      found.push({
        text: `${name}Of ${run.cases.length} cases, ${counts.map(({ status, count }) => `${count} ${status}`).join(', ')}.`,
        tone: counts.some(({ status }) => status === 'failed') ? 'bad' : 'warn',
        link: 'not-measured',
        linkText: 'What was not measured, and why',
      });
    }
    if (run.cases.some(isNotInEffect)) {
      found.push({
        text: `${name}A setting did not take effect as asked: the case is not what its name says, and counts for no answer.`,
        tone: 'bad',
        link: 'effective',
        linkText: 'What took effect',
      });
    }
    if (run.status === 'interrupted') {
      found.push({
        text: `${name}The run was interrupted. Go on with it by: ${benchLine(['--resume', displayName(run.runId)])}`,
        tone: 'warn',
        link: '',
        linkText: '',
      });
    }
    const warnings = run.preflight.filter(({ severity }) => severity === 'warning');
    if (warnings.length > 0) {
      found.push({
        text: `${name}Before the run: ${warnings.map(({ message }) => displayText(message, 240)).join(' ')}`,
        tone: 'warn',
        link: 'environment',
        linkText: 'The machine',
      });
    }
    if (limitsNotHeld(run).length > 0) {
      found.push({
        text: `${name}The power limit that was set did not hold until the end: a part of the run was measured without it.`,
        tone: 'bad',
        link: 'environment',
        linkText: 'The power limit',
      });
    }
    const lost = [
      ...new Set(run.telemetryProblems.map(({ collector, reason }) => `${collector ?? 'the sampler'}: ${reason}`)),
    ];
    if (lost.length > 0) {
      found.push({
        text: `${name}Some telemetry was lost. ${lost.map((problem) => displayText(problem, 240)).join(' ')}`,
        tone: 'warn',
        link: '',
        linkText: '',
      });
    }
    return found;
  });
}

/** How one run does against another in all cases that both have, by throughput. */
function comparedSentence({ base, candidate, rows }: RunComparison): { sentence: string; more: string } {
  const [a, b] = [runLetter(base), runLetter(candidate)];
  const ratios = rows.map(({ throughput }) => throughput);
  const range = extent(ratios.map(({ value }) => value));
  if (range === null)
    return { sentence: `Runs ${a} and ${b} have no measured case in common.`, more: 'There is nothing to compare.' };
  const counted = ratios.filter(({ value }) => isNumber(value)).length;
  const cases = counted === 1 ? 'the one case' : `the ${counted} cases`;
  const texts = [...new Set(range.map(formatRatio))];
  const span = texts.join(' to ');
  const tested = ratios.filter(({ low, high }) => isNumber(low) && isNumber(high));
  if (tested.length === 0) {
    return {
      sentence: `Run ${b} did ${span} the throughput of run ${a} in ${cases} that both measured.`,
      more: 'One round: this describes the two measurements and does not show that one is faster.',
    };
  }
  const faster = tested.filter(({ low }) => (low ?? 0) > 1).length;
  const slower = tested.filter(({ high }) => (high ?? 1) < 1).length;
  return {
    sentence: `Of ${cases} that both runs measured, run ${b} is faster than run ${a} in ${faster}, slower in ${slower}; ${tested.length - faster - slower} show no difference.`,
    more: `Throughput is ${span} that of run ${a}. Faster and slower are said where the 95 % interval over rounds leaves 1 out; of 20 equal cases about one does so by chance. The two runs were taken one after the other, so that a drift of the machine between them counts as a difference.`,
  };
}

/** The first sentence, and the rest. */
function split(text: string): [string, string] {
  const end = /[.!?] (?=[A-Z])/.exec(text);
  return end === null ? [text, ''] : [text.slice(0, end.index + 1), text.slice(end.index + 2)];
}

function factsOf(one: Case | undefined): Fact[] {
  if (one === undefined) return [];
  return [throughputFact(one), latencyFact(one), memoryFact(one), coldStartFact(one), correctnessFact(one)].filter(
    (fact) => fact !== null,
  );
}

function throughputFact({ throughput }: Case): Fact | null {
  if (throughput === null || !isNumber(throughput.value)) return null;
  const { value, ci95 } = throughput;
  const note =
    ci95 === null ? 'one round, no interval' : `${formatThroughput(ci95[0])} to ${formatThroughput(ci95[1])} (95 %)`;
  return { name: 'Throughput', value: formatThroughput(value), note };
}

function latencyFact({ latency, serviceLatency }: Case): Fact | null {
  const timed = latency ?? serviceLatency;
  if (timed === null || !isNumber(timed.p50)) return null;
  const tail = isNumber(timed.p99)
    ? `p99 ${formatSeconds(timed.p99)}`
    : isNumber(timed.p90)
      ? `p90 ${formatSeconds(timed.p90)}`
      : `${timed.count} queries`;
  return {
    name: latency === null ? 'Batch service time, median' : 'Response time, median',
    value: formatSeconds(timed.p50),
    note: tail,
  };
}

function memoryFact({ memory: { peakRssBytes } }: Case): Fact | null {
  return isNumber(peakRssBytes) ? { name: 'Peak memory', value: formatBytes(peakRssBytes), note: 'resident' } : null;
}

function coldStartFact({ coldStart }: Case): Fact | null {
  if (coldStart === null) return null;
  return {
    name: 'Cold start',
    value: formatSeconds(coldStart.loadSeconds + coldStart.firstInferenceSeconds),
    note: `page cache ${displayName(coldStart.pageCache, 20)}`,
  };
}

/** `top1` needs to be told what it is of; the other metrics say it themselves. */
function accuracyName(metric: string): string {
  const name = displayName(metricName(metric), 24);
  return metric.startsWith('top') ? `Accuracy, ${name}` : `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function correctnessFact({ accuracy, fidelity }: Case): Fact | null {
  if (accuracy !== null) {
    return {
      name: accuracyName(accuracy.metric),
      value: formatPercent(accuracy.value),
      note: `${isNumber(accuracy.reference) ? `reference ${formatPercent(accuracy.reference)}, ` : ''}on ${accuracy.items.toLocaleString('en-US')} held-out items`,
    };
  }
  if (fidelity === null) return null;
  return {
    name: 'Fidelity, cosine',
    value: fidelity.cosine.toFixed(6),
    note: `against ${displayName(fidelity.reference, 40)}`,
  };
}
