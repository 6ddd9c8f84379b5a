import { expect, test } from 'vitest';
import { measuredCase, oneOption, readText, refusalOf, runOf } from './study-fixture.ts';

const result = (more = '', limit = '') =>
  oneOption
    .replace('THROUGHPUT', `${more}throughput: { result: { run: may }, max_utilisation: 0.5 }`)
    .replace('peak_to_average: 2', `peak_to_average: 2${limit}`);

const withCase = (pattern: string, rest = '') =>
  oneOption.replace(
    'THROUGHPUT',
    `throughput: { result: { run: may, case: ${pattern} }${rest}, max_utilisation: 0.5 }`,
  );

const sources = (...cases: Parameters<typeof runOf>[0]) => ({ run: () => runOf(cases) });

const throughputOf = (text: string, ...cases: Parameters<typeof runOf>[0]) => {
  const { assumptions, throughputs } = readText(text, sources(...cases));
  const figure = assumptions.find(({ name }) => name === 'options[0].throughput.items_per_second');
  return { figure, origin: throughputs.hour };
};

const batches = [
  measuredCase({ batchSize: 1 }, { p99: 0.01, throughput: 100 }),
  measuredCase({ batchSize: 4 }, { p99: 0.02, throughput: 200 }),
  measuredCase({ batchSize: 8 }, { p99: 0.04, throughput: 240 }),
  measuredCase({ batchSize: 16 }, { p99: 0.05, throughput: 180 }),
];

test('without a limit the best case counts, with its run and its machine as the source', () => {
  const { figure, origin } = throughputOf(result(), ...batches);
  expect(figure).toMatchObject({ value: 240, low: null, distribution: null });
  expect(origin).toMatchObject({ provenance: 'measured' });
  expect(origin?.source).toContain('run may of 2025-05-04, resnet50/ort-cpu/b8/fp32');
  expect(origin?.source).toContain('A CPU, 2 cores');
  expect(origin?.caveat).toContain('one round: it has no interval');
});

test('within a limit the best case counts, and between two cases the front', () => {
  expect(throughputOf(result('', ', latency_limit_ms: 20'), ...batches).figure?.value).toBe(200);
  expect(throughputOf(result('', ', latency_limit_ms: 500'), ...batches).figure?.value).toBe(240);
  // Steffen's slopes in items/s a second: at 20 ms 2 · min(10,000, 2,000, (10,000 · 20 + 2,000 · 10) / 30 / 2) = 4,000; at 40 ms
  // 2,000 · (1 + 2/3) − 10,000 · 2/3 < 0, hence 0. The middle of the piece: 220 + 0.02 / 8 · 4,000 = 230.
  const { figure, origin } = throughputOf(result('', ', latency_limit_ms: 30'), ...batches);
  expect(figure?.value).toBeCloseTo(230, 9);
  expect(origin?.source).toMatch(/read off the front between .*b4.* and .*b8.*, within 30 ms at p99/);
});

test('the 95 % interval of the rounds becomes the 90 % interval of a lognormal figure', () => {
  const one = measuredCase({}, { p99: 0.01, throughput: 100, ci95: [80, 125] });
  const { figure } = throughputOf(result(), one);
  // Half a width of ln 1.25 at 95 %; the quantiles of the normal distribution are 1.6449 and 1.9600.
  const factor = 1.25 ** (1.6448536 / 1.959964);
  expect(figure?.low).toBeCloseTo(100 / factor, 5);
  expect(figure?.high).toBeCloseTo(100 * factor, 5);
  expect(figure?.distribution).toMatchObject({
    kind: 'lognormal',
    logDeviation: expect.closeTo(0.22314 / 1.959964, 4),
  });
});

test('a limit below the fastest case is refused with its place', () => {
  expect(refusalOf(result('', ', latency_limit_ms: 9'), sources(...batches))).toBe(
    'study.yaml:10:27: options[0].throughput.result: expected a latency limit of at least 10 ms, the p99 of the fastest of 4 cases, got 9 ms.',
  );
});

test('a percentile that is not known shows nothing, and the one that is known is named', () => {
  const one = measuredCase({}, { p99: null, p90: 0.01, throughput: 100 });
  const unknown = { ...one, reasons: { 'latency.p99': { code: 'TOO_FEW_SAMPLES', need: 662, have: 90 } } };
  const message = refusalOf(result('', ', latency_limit_ms: 20'), sources(unknown));
  expect(message).toContain('the p99 of the response time is not known (TOO_FEW_SAMPLES: 662 queries are needed)');
  expect(message).toMatch(/demand\.latency_percentile: p9\d/);
  const limit = ', latency_limit_ms: 20, latency_percentile: p90';
  expect(throughputOf(result('', limit), unknown).figure?.value).toBe(100);
});

test('a case that is not valid is refused, and one that is degraded counts with a caveat where the study accepts it', () => {
  const degraded = measuredCase({}, { throughput: 100, verdicts: { steadyState: 'degraded' } });
  const invalid = measuredCase({}, { throughput: 100, verdicts: { load: 'invalid' } });
  expect(refusalOf(result(), sources(degraded))).toContain(
    'resnet50/ort-cpu/b1/fp32/fusion-on/t2/single_stream does not count: its verdict is degraded (steadyState); accept: [degraded]',
  );
  const accepting = result().replace('max_utilisation', 'accept: [degraded], max_utilisation');
  expect(throughputOf(accepting, degraded).origin?.caveat).toContain('the measurement is degraded (steadyState)');
  expect(refusalOf(accepting, sources(invalid))).toContain('its verdict is invalid (load)');
  // A valid one is taken before a faster one that is degraded.
  expect(throughputOf(result(), { ...degraded, id: 'other' }, measuredCase({}, { throughput: 50 })).figure?.value).toBe(
    50,
  );
});

test('a case under a set load is refused: its use would be counted twice', () => {
  const scheduled = measuredCase({}, { throughput: 20, scenario: { kind: 'server', rate: 20 } });
  expect(refusalOf(result(), sources(scheduled))).toContain(
    'its load is set (server 20/s): its throughput is what was asked for, and max_utilisation would count the use twice',
  );
});

test('cases that failed are refused with their cause', () => {
  const failed = measuredCase(
    {},
    { throughput: 20, status: 'failed', cause: { code: 'X', message: 'no memory' } as never },
  );
  expect(refusalOf(result(), sources(failed))).toContain('does not count: it is failed (no memory)');
});

test('cases that cannot be compared are refused with what tells them apart', () => {
  const other = measuredCase({ workload: 'digits' }, { throughput: 1000 });
  const int8 = measuredCase({ precision: 'int8' }, { throughput: 300 });
  const [one] = batches;
  if (one === undefined) throw new Error('expected a case');
  expect(refusalOf(result(), sources(one, other))).toContain(
    'expected cases of one workload, got resnet50, digits of run may: state a case',
  );
  expect(refusalOf(result(), sources(one, int8))).toContain('expected cases of one precision, got fp32, int8');
  expect(throughputOf(result('precision: int8\n    '), one, int8).figure?.value).toBe(300);
  expect(refusalOf(result('precision: fp8\n    '), sources(one, int8))).toContain('in fp8, got only fp32, int8');
  expect(throughputOf(withCase('"digits/*"'), one, other).figure?.value).toBe(1000);
  expect(throughputOf(withCase(one.id), ...batches).figure?.value).toBe(100);
  expect(throughputOf(withCase(one.key), one, other).figure?.value).toBe(100);
});

test('an unknown case is refused with the nearest one', () => {
  const message = refusalOf(withCase('resnet50/ort-cpu/b1/fp32/fusion-on/t2/single_strea'), sources(...batches));
  expect(message).toContain('Did you mean "resnet50/ort-cpu/b1/fp32/fusion-on/t2/single_stream"?');
});

test('without run, that one of the runs of --results counts which gives it', () => {
  const text = oneOption.replace('THROUGHPUT', 'throughput: { result: { case: "digits/*" }, max_utilisation: 0.5 }');
  const digits = runOf([measuredCase({ workload: 'digits' }, { throughput: 1000 })], 'june');
  const found = readText(text, { runs: () => [runOf(batches), digits] });
  expect(found.throughputs.hour?.source).toContain('run june');
  expect(refusalOf(text)).toContain('expected run here, or --results RUN, got neither');
  expect(refusalOf(text, { runs: () => [runOf(batches)] })).toContain(
    'none of the runs of --results gives it: may: expected a case',
  );
  expect(refusalOf(text, { runs: () => [digits, { ...digits, runId: 'july' }] })).toContain(
    'got 2 (june, july): state run here',
  );
});
