import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { surroundingsOf } from '../../src/gate/arm-environment.ts';
import { type ExplainRowsRequest, explainRows } from '../../src/gate/explain-rows.ts';
import { commandProfiler } from '../../src/gate/profiler.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'dyno-explain-')));
  for (const arm of ['base', 'head']) mkdirSync(join(root, arm));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const folders = () => ({ base: join(root, 'base'), head: join(root, 'head') });

/** Prints a convolution of as many milliseconds as stand in a file, and a hundredth more in each further process; notes that it ran. */
const script = `
const { appendFileSync, readFileSync } = require('node:fs');
appendFileSync('../turns', process.cwd().split('/').at(-1)[0]);
const run = readFileSync('../turns', 'utf8').length;
const seconds = (Number(readFileSync('milliseconds', 'utf8')) / 1000) * (1 + run / 100);
for (const scenario of JSON.parse(process.env.DYNO_GATE_SCENARIOS)) {
  const operators = [{ operator: 'Conv', seconds, count: 2, provider: 'CPUExecutionProvider' }, { operator: 'Relu', seconds: 0.001 }];
  console.log(JSON.stringify({ scenario, operators }));
}
`;

function written(base: number | string, head: number | string): void {
  for (const [arm, milliseconds] of [
    ['base', base],
    ['head', head],
  ] as const) {
    writeFileSync(join(root, arm, 'profile.cjs'), script);
    writeFileSync(join(root, arm, 'milliseconds'), String(milliseconds));
  }
}

function explain(changed: Partial<ExplainRowsRequest> = {}) {
  const words = [process.execPath, 'profile.cjs'];
  return explainRows({
    scenarios: ['small'],
    profiler: commandProfiler(words, folders(), () => null),
    folders: folders(),
    surroundings: surroundingsOf({}, null),
    timeoutSeconds: 60,
    seed: 1,
    budgetSeconds: 100,
    now: () => 0,
    ...changed,
  });
}

test('the operator that takes longer is told, after three profiles of each version in turns', async () => {
  written(10, 20);
  const explained = await explain({ scenarios: ['small', 'large'] });
  expect(readFileSync(join(root, 'turns'), 'utf8')).toBe('bhhbbh');
  expect([...explained.keys()]).toEqual(['small', 'large']);
  const { operators, warnings } = explained.get('small') ?? { operators: [], warnings: ['missing'] };
  expect(warnings).toEqual([]);
  const [conv] = operators;
  // Base ran first, fourth and fifth, head second, third and sixth: medians 10.4 and 20.6 ms, ranges 0.4 and 0.8 ms.
  expect(conv).toMatchObject({ operator: 'Conv', node: null, base: { count: 2 } });
  expect(conv?.base?.seconds).toBeCloseTo(0.0104, 12);
  expect(conv?.head?.seconds).toBeCloseTo(0.0206, 12);
  expect(conv?.noise).toBeCloseTo(0.0012, 12);
});

test('a version that cannot be profiled is a warning with what it said, and no further process is started', async () => {
  written(10, 20);
  writeFileSync(join(root, 'head', 'profile.cjs'), 'console.error("no such device"); process.exit(7);');
  const explained = await explain();
  expect(explained.get('small')).toEqual({
    operators: [],
    warnings: ['operators of head could not be profiled: the process ended with exit code 7 (no such device)'],
  });
  expect(readFileSync(join(root, 'turns'), 'utf8')).toBe('b');
});

test('what is no profile names its line', async () => {
  written(10, -1);
  const explained = await explain();
  expect(explained.get('small')?.warnings[0]).toMatch(/of head could not be profiled: Line 1 .*PROFILE_INVALID/);
});

test('a scenario that a profile leaves out is told', async () => {
  written(10, 20);
  writeFileSync(join(root, 'head', 'profile.cjs'), '');
  const explained = await explain();
  expect(explained.get('small')).toEqual({
    operators: [],
    warnings: ['operators were not profiled: head told none of this row'],
  });
});

test('when the time is used up, no further group is profiled and its rows say so', async () => {
  written(10, 20);
  const whole = commandProfiler([process.execPath, 'profile.cjs'], folders(), () => null);
  const times = [0, 0, 5];
  const explained = await explain({
    scenarios: ['small', 'large'],
    profiler: { ...whole, groups: (scenarios) => scenarios.map((one) => [one]) },
    budgetSeconds: 4,
    now: () => times.shift() ?? 5,
  });
  expect(explained.get('small')?.operators.length).toBeGreaterThan(0);
  expect(explained.get('large')).toEqual({
    operators: [],
    warnings: ['operators were not profiled: those of other rows took the 4 s that there are'],
  });
});

test('a gate that is stopped ends the profile that runs', async () => {
  written(10, 20);
  writeFileSync(join(root, 'base', 'profile.cjs'), 'setInterval(() => {}, 1000);');
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 100);
  await expect(explain({ signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
});
