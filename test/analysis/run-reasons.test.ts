import { expect, test } from 'vitest';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import type { Environment, RunEvent } from '../../src/results/events.ts';
import { environment, runFinished, Samples, startedEvent } from './run-fixture.ts';

const codesOf = async (changes: Partial<Environment>): Promise<Record<string, string>> => {
  const started = { ...startedEvent(), environment: { ...environment, ...changes } };
  const { reasons } = await summariseRun([started, runFinished()], new Samples().read);
  return Object.fromEntries(Object.entries(reasons).map(([path, { code }]) => [path, code]));
};

test('every null of a run outside of its cases has a reason', async () => {
  expect(await codesOf({})).toEqual({
    finishedAt: 'INTERRUPTED', // its only case was not measured
    observer: 'NO_OBSERVER_BLOCKS',
    'suite.file': 'NO_SUITE_FILE',
    'policy.maxTimeSeconds': 'NOT_SET',
    'limits.latency': 'NO_LIMIT',
    'environment.os.distribution': 'NOT_READABLE',
    'environment.os.release': 'NOT_READABLE',
    'environment.cpu.vendor': 'NOT_READABLE',
    'environment.cpu.governor': 'NOT_READABLE',
    'environment.cpu.maximumHertz': 'NOT_READABLE',
    'environment.memory.limitBytes': 'NO_CGROUP_LIMIT',
    'environment.cgroup.cpuQuotaCores': 'NO_CGROUP_LIMIT',
    'environment.virtualization': 'NONE_FOUND',
    'environment.git.commit': 'NO_REPOSITORY',
    'environment.git.dirty': 'NO_REPOSITORY',
  });
});

test('without a control group nobody knows of a limit, and what is known needs no reason', async () => {
  const codes = await codesOf({
    cgroup: { version: null, cpuQuotaCores: null },
    git: { commit: 'c', dirty: false },
  });
  expect(codes['environment.cgroup.version']).toBe('NO_CGROUP');
  expect(codes['environment.memory.limitBytes']).toBe('NO_CGROUP');
  expect(Object.keys(codes).filter((path) => path.includes('git'))).toEqual([]);
});

test('the code of a telemetry problem is kept', async () => {
  const problem = { collector: 'process', reason: 'It is gone.' };
  const event: RunEvent = { at: '', t: 0, type: 'telemetry.problem', ...problem, code: 'CRASHED' };
  const { code: _code, ...without } = event;
  const run = await summariseRun([startedEvent(), event, without, runFinished()], new Samples().read);
  expect(run.telemetryProblems).toEqual([{ ...problem, code: 'CRASHED' }, problem]);
});
