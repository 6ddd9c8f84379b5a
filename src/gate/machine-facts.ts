import type { SurroundingsRecord } from './arm-environment.ts';
import { shareText } from './figure-text.ts';
import type { Fact } from './gate-report.ts';
import type { Conditions, Pair } from './pair.ts';
import type { ConditionLimits } from './settings.ts';

/** Reasons for not having watched that are told, the most frequent first. */
const mostReasons = 3;

/**
 * What the report says of how the processes were run and of what went on around them: what both versions shared, the most that other programs
 * took, what the gate took itself, and what was not watched. A function of the log alone.
 */
export function machineFacts(
  surroundings: SurroundingsRecord | null,
  pairs: readonly Pair[],
  limits: Pick<ConditionLimits, 'foreignCpuShare' | 'stealShare'>,
): Fact[] {
  const conditions = conditionsOf(pairs);
  return [
    ...(surroundings === null ? [] : [sharedFact(surroundings)]),
    ...mostFact('other programs', conditions, 'foreignCpuShare', limits.foreignCpuShare),
    ...mostFact('stolen by the hypervisor', conditions, 'stealShare', limits.stealShare),
    ...ownFact(conditions),
    ...unwatchedFacts(conditions),
  ];
}

/** Processes that measured several scenarios have one set of conditions. */
function conditionsOf(pairs: readonly Pair[]): Conditions[] {
  const found = new Map<string, Conditions>();
  for (const { stage, round, base, head, scenario } of pairs) {
    for (const [arm, one] of [
      ['base', base],
      ['head', head],
    ] as const) {
      if (one.outcome !== 'measured') continue;
      found.set(JSON.stringify([stage, round, arm, one.pid ?? scenario]), one.conditions);
    }
  }
  return [...found.values()];
}

/** What could have favoured one version, and is the same for both. */
function sharedFact({ environmentSha256, nodeOptions, affinity }: SurroundingsRecord): Fact {
  const parts = [
    `environment ${environmentSha256.slice(0, 8)} of a size that each round draws`,
    nodeOptions === null ? 'no NODE_OPTIONS' : 'NODE_OPTIONS set',
    affinity === null ? 'processors not known' : `processors ${affinity}`,
  ];
  return { name: 'both versions:', value: parts.join('; ') };
}

function mostFact(
  name: string,
  conditions: readonly Conditions[],
  key: 'foreignCpuShare' | 'stealShare',
  limit: number,
): Fact[] {
  const shares = conditions.flatMap((one) => one[key] ?? []);
  if (shares.length === 0) return [];
  const above = shares.filter((share) => share > limit).length;
  const told = above === 0 ? '' : `; above it in ${above} of ${shares.length} processes`;
  return [
    { name, value: `up to ${shareText(Math.max(...shares))} of the processors (limit ${shareText(limit)}${told})` },
  ];
}

function ownFact(conditions: readonly Conditions[]): Fact[] {
  const cores = conditions.flatMap(({ ownCores }) => ownCores ?? []);
  if (cores.length === 0) return [];
  const mean = cores.reduce((sum, one) => sum + one, 0) / cores.length;
  return [{ name: 'the gate itself', value: `${shareText(mean)} of one core in both versions alike` }];
}

function unwatchedFacts(conditions: readonly Conditions[]): Fact[] {
  const counts = new Map<string, number>();
  for (const { unwatched } of conditions) {
    for (const message of new Set(unwatched.map((one) => one.message))) {
      counts.set(message, (counts.get(message) ?? 0) + 1);
    }
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.slice(0, mostReasons).map(([message, count]) => ({
    name: 'not watched',
    value: `in ${count} of ${conditions.length} processes: ${message}`,
  }));
}
