import type { Environment } from '../results/events.ts';
import type { Run } from '../results/run.ts';
import { Reasons } from './reasons.ts';

/** Why a null of the environment is null, where it is not that the system does not tell. */
const codes: Readonly<Record<string, (environment: Environment) => string>> = {
  'memory.limitBytes': ofControlGroup,
  'cgroup.version': () => 'NO_CGROUP',
  'cgroup.cpuQuotaCores': ofControlGroup,
  virtualization: () => 'NONE_FOUND',
  topology: ({ topologyAbsence }) => topologyAbsence?.code ?? 'NOT_READABLE',
  'git.commit': () => 'NO_REPOSITORY',
  'git.dirty': () => 'NO_REPOSITORY',
};

/** Why nulls of a run outside of its cases are null, by their paths within the run, such as `environment.cpu.governor`. */
export function runReasons(
  run: Pick<Run, 'environment' | 'finishedAt' | 'suite' | 'policy' | 'limits'>,
): Run['reasons'] {
  const reasons = new Reasons();
  if (run.finishedAt === null) reasons.withhold('finishedAt', 'INTERRUPTED');
  if (run.suite.file === null) reasons.withhold('suite.file', 'NO_SUITE_FILE');
  if (run.policy.maxTimeSeconds === null) reasons.withhold('policy.maxTimeSeconds', 'NOT_SET');
  if (run.limits.latency === null) reasons.withhold('limits.latency', 'NO_LIMIT');
  for (const path of nullsOf(run.environment)) {
    reasons.withhold(`environment.${path}`, codes[path]?.(run.environment) ?? 'NOT_READABLE');
  }
  return reasons.all();
}

/** A control group that could be read sets no limit; without one nobody knows. */
function ofControlGroup({ cgroup }: Environment): string {
  return cgroup.version === null ? 'NO_CGROUP' : 'NO_CGROUP_LIMIT';
}

/** Paths of the nulls in a JSON object. */
function nullsOf(value: object): string[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    if (inner === null) return [key];
    return typeof inner === 'object' ? nullsOf(inner).map((path) => `${key}.${path}`) : [];
  });
}
