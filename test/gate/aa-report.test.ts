import { expect, test } from 'vitest';
import { aaReport } from '../../src/gate/aa-report.ts';
import { decide } from '../../src/gate/decide.ts';
import { unknownConditions } from '../../src/gate/pair.ts';
import { madeSession } from './aa-pairs.ts';
import { latency, observation, withArm } from './made-pairs.ts';

const replays = 100;

test('a quiet machine supports the margin that is set, and no gate raises an alarm', () => {
  const { settings, pairs } = madeSession({ noise: 0.01, scenarios: ['a', 'b'] });
  const report = aaReport(settings, pairs, replays);
  expect(report.rounds).toBe(40);
  for (const { known, pairs: valid } of report.rows) {
    expect(valid).toBe(40);
    expect(known).toMatchObject({
      isEnough: true,
      isUneven: false,
      atMargin: { margin: 0.05, alarms: 0, settled: 100 },
    });
    expect(known?.supported?.margin).toBeLessThan(0.05);
  }
  expect(report.consecutive).toMatchObject({ gates: 4, flagged: { alarms: 0 }, verdicts: { pass: 4 } });
  // None of four: up to 1 − 0.025^(1/4).
  expect(report.consecutive.flagged.share?.high).toBeCloseTo(0.602, 3);
  expect(report.replays).toMatchObject({ gates: 100, flagged: { alarms: 0 }, failed: { alarms: 0 } });
});

test('the deviation is that of ratios, and what is found from where on falls with more pairs as a gate itself says', () => {
  const { settings, pairs } = madeSession({ noise: 0.02 });
  const [row] = aaReport(settings, pairs, replays).rows;
  // Two processes of 2 % each: √2 · 2 % = 2.8 %, known to a ninth with 40 pairs.
  expect(row?.deviation).toBeGreaterThan(0.021);
  expect(row?.deviation).toBeLessThan(0.036);
  const looks = row?.known?.looks ?? [];
  expect(looks.map((look) => look.pairs)).toEqual([10, 16, 24, 40]);
  const above = looks.map(({ minimumDetectable }) => Math.log1p(minimumDetectable ?? Number.NaN) - Math.log1p(0.05));
  expect((above[0] ?? Number.NaN) / (above[3] ?? Number.NaN)).toBeCloseTo(2, 9); // √(40 / 10)
  const at40 = decide({ ...settings, looks: [40], alpha: 0.0125 }, pairs).rows[0]?.look;
  expect(looks[3]?.minimumDetectable).toBeCloseTo(at40?.minimumDetectable ?? Number.NaN, 12);
  expect(looks[3]?.selfNoise).toBe(at40?.selfNoise);
});

test('a margin below twice the noise is not enough, and a larger one is named', () => {
  const { settings, pairs } = madeSession({ noise: 0.08 });
  const [row] = aaReport(settings, pairs, replays).rows;
  expect(row?.known?.isEnough).toBe(false);
  expect(row?.known?.supported?.margin).toBeGreaterThan(0.05);
});

test('arms that differ although they are one version are named', () => {
  const uneven = madeSession({ noise: 0.01, bias: 0.03 });
  expect(aaReport(uneven.settings, uneven.pairs, replays).rows[0]?.known).toMatchObject({ isUneven: true });
  // As sure, and too little to matter for a margin of 5 %.
  const little = madeSession({ noise: 0.001, bias: 0.003 });
  expect(aaReport(little.settings, little.pairs, replays).rows[0]?.known).toMatchObject({ isUneven: false });
});

test('where the rules leave out every row there is no gate to replay, and it ends', () => {
  const { settings } = madeSession();
  expect(aaReport({ ...settings, metrics: [] }, [], replays)).toEqual({
    ...{ rounds: 0, rows: [], exact: [], unstable: [], replays: null },
    consecutive: expect.objectContaining({ gates: 0, pairs: null }),
  });
});

test('rounds that are void are counted with their reason and left out, and gates over them are invalid', () => {
  const { settings, pairs } = madeSession({ noise: 0.01 });
  const busy = { ...unknownConditions, foreignCpuShare: 0.5, foreignProcesses: ['make'] };
  const polluted = pairs.map((pair, round) =>
    round % 2 === 0 && pair.head.outcome === 'measured'
      ? withArm(pair, 'head', { ...pair.head, conditions: busy })
      : pair,
  );
  const { rows, replays: suite } = aaReport(settings, polluted, replays);
  expect(rows[0]).toMatchObject({ attempted: 40, pairs: 20 });
  expect(rows[0]?.dropped).toMatchObject([{ code: 'FOREIGN_CPU', count: 20, have: 'head: 0.5 (make)' }]);
  expect(suite?.verdicts.invalid).toBe(100);
});

test('below six valid pairs nothing is known, with the number that it takes', () => {
  const { settings, pairs } = madeSession({ rounds: 5 });
  const report = aaReport(settings, pairs, replays);
  expect(report.rows[0]).toMatchObject({ known: null, reason: { code: 'TOO_FEW_PAIRS', need: 6, have: 5 } });
  expect(report.replays).toBeNull();
  expect(report.consecutive).toMatchObject({ gates: 0, flagged: { alarms: 0, share: null }, pairs: null });
  expect(aaReport(settings, [], replays).rounds).toBe(0);
});

test('an exact figure with two values and answers that differ within a round are found', () => {
  const { settings, pairs } = madeSession({ rounds: 12 });
  const size = { ...latency({ metric: 'size', unit: 'bytes', kind: 'exact', margin: 0 }) };
  const noted = pairs.map((pair, round) => ({
    ...pair,
    base: { ...observation({ latency_p50: 0.01, size: 7 }), outputs: `answer ${round}` },
    head: { ...observation({ latency_p50: 0.01, size: round === 3 ? 8 : 7 }), outputs: `answer ${round}` },
  }));
  const metrics = [...settings.metrics, size];
  const report = aaReport({ ...settings, metrics }, noted, replays);
  expect(report.exact).toEqual([{ metric: size, values: [7, 8] }]);
  // With another seed another answer is right; within a round the seed is the same.
  expect(report.unstable).toEqual([]);
  const unstable = noted.map((pair, round) =>
    round === 5 ? { ...pair, head: { ...pair.head, outputs: 'other' } } : pair,
  );
  expect(aaReport({ ...settings, metrics }, unstable, replays).unstable).toEqual(['digits']);
});

test('the same rounds give the same report, byte for byte, also when they come from a file', () => {
  const { settings, pairs } = madeSession({ scenarios: ['a', 'b'] });
  const text = JSON.stringify(aaReport(settings, pairs, 50));
  expect(JSON.stringify(aaReport(JSON.parse(JSON.stringify(settings)), JSON.parse(JSON.stringify(pairs)), 50))).toBe(
    text,
  );
});
