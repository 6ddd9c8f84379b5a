import { expect, test } from 'vitest';
import { compileSuites } from '../../src/suite/compile.ts';
import type { PlannedCase } from '../../src/suite/plan.ts';
import { inputError, known, suiteFolder } from './suite-folder.ts';

const { folder, write } = suiteFolder();

function cases(scenarios: string, more = ''): readonly PlannedCase[] {
  return compileSuites([write(`name: a\nworkloads: [digits]\nscenarios: ${scenarios}\n${more}`)], {}, known).cases;
}

const scenarioIn = (id: string): string => id.split('/').slice(6).join('/');

test('every scenario has a name that tells it from the others', () => {
  write('0\n1\n', 'trace.txt');
  const planned = cases(`
  - single_stream
  - multi_stream
  - { kind: multi_stream, items_per_query: 4 }
  - { kind: server, rate: [50, 0.5] }
  - { kind: server, rate: 50, arrivals: constant }
  - { kind: server, rate: 50, arrivals: { kind: poisson, normalise: true } }
  - { kind: server, rate: 50, arrivals: { kind: gamma, burstiness: 0.5 } }
  - { kind: server, rate: 50, arrivals: { kind: ramp, from: 5, over: 30s } }
  - { kind: server, rate: search, scope: inference }
  - { kind: closed_loop, concurrency: [1, 4] }
  - { kind: replay, trace: trace.txt, speed: 2 }
limits: { latency: { percentile: p99, max: 20ms } }`);
  expect(planned.map(({ id }) => scenarioIn(id))).toEqual([
    'single_stream',
    'multi_stream-8',
    'multi_stream-4',
    'server-poisson-50qps',
    'server-poisson-0.5qps',
    'server-constant-50qps',
    'server-poisson-normalised-50qps',
    'server-gamma0.5-50qps',
    'server-ramp-linear-from-5-in-30s-50qps',
    'server-poisson-search/inference',
    'closed_loop-c1',
    'closed_loop-c4',
    expect.stringMatching(/^replay-[0-9a-f]{8}-x2$/),
  ]);
  expect(new Set(planned.map(({ key }) => key)).size).toBe(planned.length);
});

test('the rate that a ramp goes to, and how, are in the plan', () => {
  const ramp = '{ kind: ramp, shape: exponential, from: 5, over: 1min }';
  expect(cases(`[{ kind: server, rate: 50, arrivals: ${ramp} }]`)[0]?.scenario).toEqual({
    kind: 'server',
    rate: 50,
    arrivals: { kind: 'ramp', shape: 'exponential', from: 5, seconds: 60 },
  });
});

test('auto leaves the load generator a core where it has a thread of its own', () => {
  const planned = cases('[single_stream, offline, {kind: server, rate: 5}, {kind: closed_loop, concurrency: [1, 2]}]');
  expect(planned.map(({ axes }) => axes.threads)).toEqual([2, 2, 1, 2, 1]);
});

test('an include is for every case of the kind of scenario that it names', () => {
  const planned = cases(
    '[offline, {kind: server, rate: [5, 10]}]',
    'matrix: {batch_size: [1], include: [{scenario: server, batch_size: 2}]}\n',
  );
  expect(planned.map(({ id, axes }) => `${scenarioIn(id)} b${axes.batchSize}`)).toEqual([
    'offline b1',
    'server-poisson-5qps b1',
    'server-poisson-5qps b2',
    'server-poisson-10qps b1',
    'server-poisson-10qps b2',
  ]);
});

test('a trace counts by what is in it, not by where it lies', () => {
  const keyOf = (path: string, trace: string): string | undefined => {
    write(trace, `${path}/t.txt`);
    const suite = write('name: a\nworkloads: [digits]\nscenarios: [{kind: replay, trace: t.txt}]\n', `${path}/s.yaml`);
    return compileSuites([suite], {}, known).cases[0]?.key;
  };
  expect(keyOf('one', '0\n1\n')).toBe(keyOf('two', '0\n1\n'));
  expect(keyOf('one', '0\n1\n')).not.toBe(keyOf('three', '0\n2\n'));
});

test('a line of a trace that is no time is an error at that line', () => {
  write('0\n0.25\nlater\n', 'bad.txt');
  expect(inputError(() => cases('[{kind: replay, trace: bad.txt}]'), folder)).toMatchObject({
    exitCode: 3,
    message: expect.stringMatching(/^bad\.txt:3: expected a number of seconds, got "later"/),
  });
});

test.each([
  ['[server]', /:3:13: scenarios\[0\]: expected a map such as \{ kind: server, rate: 100 \}.*, got "server"/],
  ['[{kind: server}]', /scenarios\[0\].rate: expected queries a second such as 100, .*, got nothing/],
  ['[{kind: server, rate: 0}]', /scenarios\[0\].rate: expected more than 0, got 0/],
  ['[{kind: closed_loop}]', /scenarios\[0\].concurrency: expected .*, got nothing/],
  ['[{kind: offline, rate: 5}]', /scenarios\[0\].rate: expected a known key, got "rate"/],
  ['[{kind: replay, trace: gone.txt}]', /scenarios\[0\].trace: expected a file, got nothing at gone.txt/],
  [
    '[{kind: server, rate: search}]',
    /scenarios\[0\].rate: expected a latency limit beside "search", got none: write one/,
  ],
  [
    '[{kind: server, rate: 5, arrivals: {kind: gamma}}]',
    /scenarios\[0\].arrivals.burstiness: expected a number, got nothing/,
  ],
  [
    '[{kind: server, rate: 5, arrivals: {kind: ramp, shape: exponential, from: 0, over: 5s}}]',
    /scenarios\[0\].arrivals.from: expected more than 0 beside "exponential", got 0/,
  ],
])('the scenarios %s are refused', (scenarios, message) => {
  expect(inputError(() => cases(scenarios), folder).message).toMatch(message);
});

test('a search for the rate of a ramp is refused: it has no one rate', () => {
  const limits = 'limits: {latency: {percentile: p50, max: 1s}}\n';
  const ramp = '[{kind: server, rate: search, arrivals: {kind: ramp, from: 1, over: 5s}}]';
  expect(inputError(() => cases(ramp, limits), folder).message).toMatch(
    /expected a number beside arrivals of kind "ramp"/,
  );
});
