import type { Case } from '../../results/run.ts';
import { formatBytes, formatPercent, formatSeconds, formatThroughput } from '../../units/format.ts';
import { runLetter } from '../charts/panels.ts';
import { isNumber } from '../charts/scale.ts';
import { displayName, displayText } from '../display-name.ts';
import type { ReportInput } from '../input.ts';

export interface AnswerBlock {
  /** Name of the run where there are several; else empty. */
  readonly run: string;
  readonly sentence: string;
  readonly facts: readonly { readonly name: string; readonly value: string; readonly note: string }[];
}

/** The answers of all runs: the sentence, then the figures of the case that it names. */
export function answerBlocks(input: ReportInput): AnswerBlock[] {
  const several = input.runs.length > 1;
  return input.runs.flatMap(({ run, answers }, index) =>
    answers.map(({ sentence, bestKey }) => ({
      run: several ? `Run ${runLetter(index)}` : '',
      sentence: displayText(sentence, 600),
      facts: factsOf(run.cases.find(({ key }) => key === bestKey)),
    })),
  );
}

/** What weakens the answers, and the command that helps. */
export function caveats(input: ReportInput): { text: string; command: string }[] {
  const single = input.runs.filter(({ run }) => run.policy.rounds < 2);
  if (single.length === 0) return [];
  const which =
    input.runs.length === 1
      ? 'One round'
      : single.length === input.runs.length
        ? 'One round each'
        : 'One round in some runs';
  return [
    {
      text: `${which}: the order of the cases is not tested, because nothing says how far a second round would differ. For five rounds and an interval:`,
      command: 'npm run bench -- --set policy.rounds=5',
    },
  ];
}

export interface Notice {
  readonly text: string;
  readonly tone: 'bad' | 'warn';
  readonly link: string;
  readonly linkText: string;
}

/** What the reader must know before trusting the page: failures, an unfinished run, findings before the start. */
export function notices(input: ReportInput): Notice[] {
  const several = input.runs.length > 1;
  return input.runs.flatMap(({ run }, index) => {
    const name = several ? `Run ${runLetter(index)}: ` : '';
    const found: Notice[] = [];
    const counts = (['failed', 'interrupted', 'skipped'] as const)
      .map((status) => ({ status, count: run.cases.filter((one) => one.status === status).length }))
      .filter(({ count }) => count > 0);
    if (counts.length > 0) {
      const total = run.cases.length;
      found.push({
        text: `${name}${counts.map(({ status, count }) => `${count} of ${total} cases ${status}`).join(', ')}.`,
        tone: counts.some(({ status }) => status === 'failed') ? 'bad' : 'warn',
        link: 'not-measured',
        linkText: 'What was not measured, and why',
      });
    }
    if (run.status === 'interrupted') {
      found.push({
        text: `${name}The run was interrupted. Go on with it by: npm run bench -- --resume ${displayName(run.runId)}`,
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
    return found;
  });
}

function factsOf(one: Case | undefined): AnswerBlock['facts'] {
  if (one === undefined) return [];
  const facts: { name: string; value: string; note: string }[] = [];
  const rate = one.throughput;
  if (rate !== null && isNumber(rate.value)) {
    const note =
      rate.ci95 === null
        ? 'no interval'
        : `${formatThroughput(rate.ci95[0])} to ${formatThroughput(rate.ci95[1])} (95 %)`;
    facts.push({ name: 'Throughput', value: formatThroughput(rate.value), note });
  }
  const timed = one.latency ?? one.serviceLatency;
  const timedName = one.latency === null ? 'Service time' : 'Response time';
  if (timed !== null && isNumber(timed.p50)) {
    const tail = isNumber(timed.p99)
      ? `p99 ${formatSeconds(timed.p99)}`
      : isNumber(timed.p90)
        ? `p90 ${formatSeconds(timed.p90)}`
        : `${timed.count} queries`;
    facts.push({ name: `${timedName}, median`, value: formatSeconds(timed.p50), note: tail });
  }
  if (isNumber(one.memory.peakRssBytes))
    facts.push({ name: 'Peak memory', value: formatBytes(one.memory.peakRssBytes), note: 'resident' });
  if (one.coldStart !== null) {
    facts.push({
      name: 'Cold start',
      value: formatSeconds(one.coldStart.loadSeconds + one.coldStart.firstInferenceSeconds),
      note: `page cache ${displayName(one.coldStart.pageCache, 20)}`,
    });
  }
  if (one.accuracy !== null) {
    facts.push({
      name: `Accuracy, ${displayName(one.accuracy.metric, 24)}`,
      value: formatPercent(one.accuracy.value),
      note: `on ${one.accuracy.items.toLocaleString('en-US')} held-out items`,
    });
  } else if (one.fidelity !== null) {
    facts.push({
      name: 'Fidelity, cosine',
      value: one.fidelity.cosine.toFixed(6),
      note: `to ${displayName(one.fidelity.reference, 40)}; no accuracy`,
    });
  }
  return facts;
}
