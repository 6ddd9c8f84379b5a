import type { Reason } from '../results/events.ts';
import { type Case, type Run, type VerdictFamily, verdictFamilies } from '../results/run.ts';
import { rankSumRatio } from '../stats/rank-sum-shift.ts';
import { formatSeconds } from '../units/format.ts';
import { toggleText } from './toggles.ts';
import { isInvalidForSpeed } from './verdicts/judge-case.ts';

/** Two runs, case by case. A case is the same in both when its key is. */
export interface Comparison {
  readonly rows: readonly ComparedCase[];
  /** Ids of cases that the other run does not have. */
  readonly onlyInBase: readonly string[];
  readonly onlyInCandidate: readonly string[];
  /** What differs around the cases: machine, software, policy, limit of the latency, models, data. */
  readonly environmentDifferences: readonly Difference[];
}

export interface ComparedCase {
  readonly key: string;
  readonly id: string;
  readonly workload: string;
  /** Median latency in seconds: response time; service time of a batch where offline has no response time. */
  readonly latency: Ratio;
  /** Throughput in items a second. */
  readonly throughput: Ratio;
}

/** A figure in both runs, and candidate / base. `low` and `high` are the 95 % interval over rounds; `reason` says why they are null. */
export interface Ratio {
  readonly base: number | null;
  readonly candidate: number | null;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly reason: Reason | null;
}

export interface Difference {
  readonly field: string;
  readonly base: string;
  readonly candidate: string;
}

/** With so many rounds on each side there is an interval of 95 % whatever the figures are. */
export const fewestRounds = 4;

/**
 * Compares the cases that two runs have in common. Where each has at least four rounds of a case, the ratio is the estimate of Hodges and
 * Lehmann from the rounds' figures (medians, throughputs), with the exact interval of the rank-sum test on their logarithms: rounds are the
 * independent samples. Cases that searched for their rate and found two have no ratio of latencies (`RATES_DIFFER`).
 * With fewer the ratio describes these two measurements and has no interval (`ONE_ROUND`, `TOO_FEW_ROUNDS`, or `ROUNDS_LOST` where enough
 * were asked for).
 *
 * The two runs were taken one after the other, so that the interval holds the drift of the machine only as far as it shows between rounds
 * of one run; a regression is for the gate to find, which interleaves the two.
 */
export function compareRuns(base: Run, candidate: Run): Comparison {
  const inBase = new Map(base.cases.map((one) => [one.key, one]));
  const inCandidate = new Map(candidate.cases.map((one) => [one.key, one]));
  return {
    rows: base.cases.flatMap((one) => {
      const other = inCandidate.get(one.key);
      return other === undefined ? [] : [compareCase(one, other, [base.policy.rounds, candidate.policy.rounds])];
    }),
    onlyInBase: base.cases.filter(({ key }) => !inCandidate.has(key)).map(({ id }) => id),
    onlyInCandidate: candidate.cases.filter(({ key }) => !inBase.has(key)).map(({ id }) => id),
    environmentDifferences: runDifferences(base, candidate),
  };
}

function compareCase(base: Case, candidate: Case, asked: readonly [number, number]): ComparedCase {
  const reason = whyNoRatio([base, candidate]);
  const latencyOf = (one: Case) => (one.latency ?? one.serviceLatency)?.p50 ?? null;
  return {
    key: base.key,
    id: base.id,
    workload: base.workload,
    latency: ratioOf(
      [latencyOf(base), latencyOf(candidate)],
      [roundFigures(base, 'p50'), roundFigures(candidate, 'p50')],
      asked,
      reason ?? whyNoLatencyRatio(base, candidate),
    ),
    throughput: ratioOf(
      [base.throughput?.value ?? null, candidate.throughput?.value ?? null],
      [roundFigures(base, 'throughput'), roundFigures(candidate, 'throughput')],
      asked,
      reason,
    ),
  };
}

/** Why cases have no ratio: one was not measured, or its figures are invalid and must not look like a speed-up. */
export function whyNoRatio(pair: readonly Case[]): Reason | null {
  const unmeasured = pair.find(({ status }) => status !== 'ok');
  if (unmeasured !== undefined) return { code: `CASE_${unmeasured.status.toUpperCase()}`, need: null, have: null };
  const families = pair.filter(isInvalidForSpeed).flatMap(invalidFamilies);
  return families.length === 0 ? null : { code: 'CASE_INVALID', need: null, have: [...new Set(families)].join(', ') };
}

/** Of a result without verdicts, that something did not take effect is all that is known. */
function invalidFamilies({ verdicts }: Case): VerdictFamily[] {
  const families = verdictFamilies.filter((family) => verdicts[family] === 'invalid');
  return families.length === 0 ? ['configuration'] : families;
}

/** Latencies at two rates do not compare: a search that found another rate has its answer in the throughput. */
function whyNoLatencyRatio(base: Case, candidate: Case): Reason | null {
  if (base.scenario.rate !== 'search') return null;
  const [a, b] = [base, candidate].map(({ search }) => search?.rate ?? null);
  return a === b ? null : { code: 'RATES_DIFFER', need: a ?? null, have: b ?? null };
}

function ratioOf(
  [base, candidate]: readonly [number | null, number | null],
  [baseRounds, candidateRounds]: readonly [readonly number[], readonly number[]],
  asked: readonly [number, number],
  unmeasured: Reason | null,
): Ratio {
  const none = { base, candidate, value: null, low: null, high: null };
  if (unmeasured !== null) return { ...none, reason: unmeasured };
  const interval = rankSumRatio(baseRounds, candidateRounds);
  if (interval !== null) return { base, candidate, ...interval, reason: null };
  if (base === null || candidate === null) return { ...none, reason: { code: 'NOT_IN_BOTH', need: null, have: null } };
  return { ...none, value: candidate / base, reason: tooFewRounds([baseRounds.length, candidateRounds.length], asked) };
}

/** `ONE_ROUND`, `TOO_FEW_ROUNDS` where no more were asked for; `ROUNDS_LOST` where enough were, and names the sides that have too few. */
function tooFewRounds(ended: readonly [number, number], asked: readonly [number, number]): Reason {
  const sides = (['base', 'candidate'] as const)
    .map((side, index) => ({ side, ended: ended[index] ?? 0, asked: asked[index] ?? 0 }))
    .filter((one) => one.ended < fewestRounds);
  if (sides.some((one) => one.asked < fewestRounds)) {
    const have = Math.min(...ended);
    return { code: have <= 1 ? 'ONE_ROUND' : 'TOO_FEW_ROUNDS', need: fewestRounds, have };
  }
  const have = sides.map((one) => `${one.side}: ${one.ended} of ${one.asked}`).join(', ');
  return { code: 'ROUNDS_LOST', need: fewestRounds, have };
}

/** A figure of each round that ended well and has it. */
function roundFigures({ rounds }: Case, figure: 'p50' | 'throughput'): number[] {
  return rounds.flatMap(({ status, summary }) => (status === 'ok' ? (summary?.[figure] ?? []) : []));
}

/** Differs with every machine or moment and says nothing that the other fields do not. */
const notCompared = new Set(['environment.fingerprint']);

/** Facts that older results do not tell: how devices are joined, and what governs the power of the processor. */
function isLater(field: string): boolean {
  return field.startsWith('environment.topology') || field.startsWith('environment.cpu.power.');
}

/** What is not the same around the cases that two runs have in common, by the path of the field. */
export function runDifferences(base: Run, candidate: Run): Difference[] {
  const keys = new Set(candidate.cases.map(({ key }) => key));
  const shared = new Set(base.cases.map(({ key }) => key).filter((key) => keys.has(key)));
  const ofBase = surroundings(base, shared);
  const ofCandidate = surroundings(candidate, shared);
  const fields = [...new Set([...ofBase.keys(), ...ofCandidate.keys()])].filter((field) => !notCompared.has(field));
  return fields.flatMap((field) => {
    if (isLater(field) && !(ofBase.has(field) && ofCandidate.has(field))) return [];
    const [a, b] = [ofBase.get(field) ?? 'none', ofCandidate.get(field) ?? 'none'];
    return a === b ? [] : [{ field, base: a, candidate: b }];
  });
}

/** Everything around the cases that may change their figures, by its path. `shared`: keys of the cases that both runs have. */
function surroundings(run: Run, shared: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>([['dynoVersion', run.dynoVersion]]);
  flatten(run.environment, 'environment', found);
  flatten(run.policy, 'policy', found);
  // What a search looks for.
  const { latency } = run.limits;
  found.set(
    'limits.latency',
    latency === null ? 'none' : `${latency.percentile} within ${formatSeconds(latency.seconds)}`,
  );
  if (run.powerLimit !== undefined) found.set('power limit set for the run', `${run.powerLimit.watts} W`);
  found.set('gate section', run.gate === undefined ? 'none' : JSON.stringify(run.gate));
  // Once a workload, however many cases it has.
  for (const one of run.cases) {
    const { workload, model, data, variant } = one;
    if (model !== null) found.set(`model of ${workload}`, model.sha256.slice(0, 12));
    if (data !== null) found.set(`data of ${workload}`, `${data.sha256.slice(0, 12)} (${data.items} items)`);
    // What was made of it, once for all cases that load it. Where one run loaded the file as it is, that is the difference.
    if (one.status === 'ok' && shared.has(one.key)) {
      found.set(
        `model of ${workload} (${toggleText(one)})`,
        variant === null || variant === undefined ? 'as in the file' : variant.sha256.slice(0, 12),
      );
    }
  }
  return found;
}

function flatten(value: unknown, path: string, into: Map<string, string>): void {
  if (typeof value !== 'object' || value === null) into.set(path, value === null ? 'not known' : String(value));
  else if (Array.isArray(value)) into.set(path, value.map(elementText).join(' '));
  else for (const [key, inner] of Object.entries(value)) flatten(inner, `${path}.${key}`, into);
}

function elementText(element: unknown): string {
  return typeof element === 'object' ? JSON.stringify(element) : String(element);
}
