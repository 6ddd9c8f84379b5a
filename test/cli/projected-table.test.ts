import { expect, test } from 'vitest';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import { benchTable } from '../../src/cli/bench-table.ts';
import { projectedText, rowOfCase } from '../../src/cli/projected-table.ts';
import { alone, offline, projectedEvent, refused } from '../analysis/projected-fixture.ts';
import { preparedEvent, Samples, startedEvent } from '../analysis/run-fixture.ts';

const events = [
  startedEvent(),
  preparedEvent(),
  projectedEvent(offline),
  projectedEvent(alone, { id: 'latency', key: 'b' }),
  projectedEvent(refused, { id: 'digits/x/no-stack/fp32/offline', key: 'c', stack: null }),
  projectedEvent(refused, { id: 'digits/y/no-stack/fp32/offline', key: 'd', stack: null }),
];
const run = () => summariseRun(events, new Samples().read);

test('projected cases stand in a block of their own below the measured ones, each with its interval', async () => {
  const text = benchTable(await run());
  const [measured = '', projected = ''] = text.split('Projected, not measured');
  expect(measured).not.toContain('a100');
  expect(projected).toMatch(/a100-sxm4-80gb +mlperf .*2,000 items\/s +1,000 to 4,000 +published +projected\n/);
  expect(projected).toMatch(/2 ms +1 ms to 4 ms +published +projected\n/);
});

test('refused rows share a line that says why and what would help', async () => {
  const rows = ((await run()).projected ?? []).map(rowOfCase);
  expect(projectedText(rows)).toContain(
    'refused: digits/x/no-stack/fp32/offline and 1 more: nothing is known of it; a figure would help (NO_SUPPORT)\n',
  );
  expect(projectedText(rows).match(/^refused/gm)).toHaveLength(1);
});

test('a row of a plan that needs a graph says when it will be known', async () => {
  const [row] = ((await run()).projected ?? []).map(rowOfCase);
  if (row === undefined) throw new Error('expected a row');
  expect(projectedText([{ ...row, cost: 'graph', outcome: null }])).toMatch(/of its graph +when the model is read\n/);
  expect(projectedText([])).toBe('');
});

test('a run without projections has no block of them', async () => {
  expect(benchTable(await summariseRun(events.slice(0, 2), new Samples().read))).not.toContain('Projected');
});
