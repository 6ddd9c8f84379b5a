import { expect, test } from 'vitest';
import type { Projection } from '../../src/roofline/project.ts';
import { studySources } from '../../src/tco/study-sources.ts';
import { device, figure } from '../roofline/fixtures.ts';
import { oneOption, readText, refusalOf } from './study-fixture.ts';

const own = (words: string, more = '') =>
  oneOption.replace('THROUGHPUT', `${more}throughput: { ${words} max_utilisation: 0.5 }`);
const cell = '{ accelerator: nvidia-x, precision: int8, model: resnet50-v1.5, stack: mlperf }';
const published = own(`published: ${cell},`);
const projected = own(`projection: ${cell},`);
const limited = (text: string, milliseconds: number) =>
  text.replace('peak_to_average: 2', `peak_to_average: 2, latency_limit_ms: ${milliseconds}`);

const server = figure('nvidia-x', 1000, {
  scenario: 'Server',
  unit: 'queries/s per accelerator',
  low: 900,
  high: 1200,
});
const rows = {
  published: () => [
    server,
    figure('nvidia-x', 1300),
    figure('nvidia-x', 2, { scenario: 'SingleStream', unit: 'ms (p90)' }),
    figure('nvidia-y', 400, { scenario: 'Server', precision: 'fp16' }),
  ],
};

const projection: Projection = {
  value: 500,
  low: 400,
  high: 640,
  unit: 'queries/s per accelerator',
  shareOfRoof: 0.5,
  nearest: 'maker',
  modelDevices: 7,
};

const throughputOf = (...given: Parameters<typeof readText>) => {
  const { assumptions, throughputs } = readText(...given);
  const found = assumptions.find(({ name }) => name === 'options[0].throughput.items_per_second');
  return { figure: found, origin: throughputs.hour };
};

test('a published row gives value, range and source, times the accelerators of the machine', () => {
  const { figure: one, origin } = throughputOf(published, rows);
  expect(one).toMatchObject({ value: 1000, low: 900, high: 1200, where: expect.stringMatching(/:10:30$/) });
  expect(one?.distribution).toEqual({ kind: 'triangular', low: 900, mode: 1000, high: 1200 });
  expect(origin).toMatchObject({ provenance: 'published' });
  expect(origin?.source).toContain(
    'resnet50-v1.5 in int8 on nvidia-x, Server, mlperf: 1,000 queries/s per accelerator, median of 4 results; made up',
  );
  const two = throughputOf(own(`published: ${cell},`, 'accelerators: 2\n    '), rows);
  expect(two.figure).toMatchObject({ value: 2000, low: 1800, high: 2400 });
  expect(two.origin?.source).toContain('times 2 accelerators');
});

test('a published row whose label implies more than the peak is refused', () => {
  // 30,000 images of 8.2e9 operations: 246e12 a second, and the peak is 200e12.
  const impossible = { published: () => [{ ...server, value: 30_000 }], profiles: () => [device('nvidia-x')] };
  expect(refusalOf(published, impossible)).toContain(
    'published: the published figure implies 246 TFLOP/s, more than the peak of 200 in int8: the label is wrong',
  );
});

test('what the option says of itself need not be said again, and must not differ', () => {
  const short = '{ model: resnet50-v1.5, stack: mlperf }';
  const more = 'accelerator: nvidia-x\n    precision: int8\n    ';
  expect(throughputOf(own(`published: ${short},`, more), rows).figure?.value).toBe(1000);
  expect(refusalOf(own(`published: ${short},`), rows)).toContain(
    'published: expected accelerator here or in the option, got neither',
  );
  expect(refusalOf(own(`published: ${cell},`, 'accelerator: nvidia-y\n    '), rows)).toContain(
    'expected the accelerator of the option, nvidia-y, got nvidia-x',
  );
  expect(refusalOf(own(`published: ${cell},`, 'accelerator: nvidia-x\n    precision: fp16\n    '), rows)).toContain(
    'expected the precision of the option, fp16, got int8',
  );
});

test.each([
  [
    'stack: mlperf',
    'stack: mlperv',
    'expected a known stack of published figures, got "mlperv". Did you mean "mlperf"?',
  ],
  ['model: resnet50-v1.5', 'model: resnet50-v15', 'Did you mean "resnet50-v1.5"?'],
  [
    'accelerator: nvidia-x',
    'accelerator: nvidia-z',
    'expected a known accelerator of published figures, mlperf, resnet50-v1.5, got "nvidia-z"',
  ],
  ['precision: int8', 'precision: fp16', 'resnet50-v1.5, nvidia-x, Server, got "fp16". Known: int8'],
  [
    'stack: mlperf',
    'stack: mlperf, scenario: OfflineBatch',
    'got "OfflineBatch". Known: Server, Offline, SingleStream',
  ],
  ['stack: mlperf', 'stack: mlperf, batch_size: 8', 'expected a batch_size and software of published figures'],
])('a published row with %s as %s is refused with its place', (old, replacement, message) => {
  const answer = refusalOf(published.replace(old, replacement), rows);
  expect(answer).toContain(message);
  expect(answer).toMatch(/^study\.yaml:10:\d+: options\[0\]\.throughput\.published: /);
});

test('two rows that fit are refused with what tells them apart', () => {
  const batch = (batchSize: number, value: number) =>
    figure('nvidia-x', value, { scenario: 'OfflineBatch', batchSize, software: 'TF' });
  const text = published.replace('stack: mlperf', 'stack: mlperf, scenario: OfflineBatch');
  const both = { published: () => [batch(8, 100), batch(128, 200)] };
  expect(refusalOf(text, both)).toContain('apart: batch_size 8, software TF; batch_size 128, software TF');
  expect(throughputOf(text.replace('OfflineBatch', 'OfflineBatch, batch_size: 128'), both).figure?.value).toBe(200);
});

test('a limit below the latency of one item alone is refused, unless the study knows better', () => {
  const text = limited(published, 1.5).replace('stack: mlperf }', 'stack: mlperf }, accept: [looser_limit]');
  expect(refusalOf(text, rows)).toContain(
    'expected a latency limit of at least the 2 ms of one item alone (SingleStream, p90), got 1.5 ms',
  );
  const own = text.replace('max_utilisation', 'least_latency_ms: 1.2, max_utilisation');
  expect(throughputOf(own, rows).figure?.value).toBe(1000);
  expect(refusalOf(own.replace('1.2', '1.8'), rows)).toContain(
    'throughput.least_latency_ms: expected at most the latency limit of 1.5 ms, got 1.8',
  );
});

test('a throughput at a looser limit than that of the study is refused, or accepted with a caveat', () => {
  expect(throughputOf(limited(published, 15), rows).origin?.caveat).toBeUndefined();
  expect(refusalOf(limited(published, 14), rows)).toContain(
    'the Server scenario keeps 15 ms at p99, the study asks for 14 ms at p99: expected a throughput at that limit',
  );
  const offline = limited(published, 14).replace('stack: mlperf', 'stack: mlperf, scenario: Offline');
  expect(refusalOf(offline, rows)).toContain('Offline figures of mlperf keep no latency limit that is known here');
  const accepted = offline.replace('max_utilisation', 'accept: [looser_limit], max_utilisation');
  expect(throughputOf(accepted, rows).origin?.caveat).toContain('Offline figures of mlperf keep no latency limit');
});

test('a projection gives its 90 % interval as a lognormal figure', () => {
  const asked: unknown[] = [];
  const project = (request: { scenario: string }): Projection => {
    asked.push(request);
    return request.scenario === 'SingleStream'
      ? { ...projection, value: 3, low: 2, high: 4, unit: 'ms (p90)' }
      : projection;
  };
  const { figure: one, origin } = throughputOf(limited(projected, 15), { project });
  expect(asked[0]).toEqual({
    accelerator: 'nvidia-x',
    precision: 'int8',
    model: 'resnet50-v1.5',
    scenario: 'Server',
    stack: 'mlperf',
    devices: 1,
  });
  expect(one).toMatchObject({ value: 500, low: 400, high: 640 });
  expect(one?.distribution).toMatchObject({ kind: 'lognormal', median: expect.closeTo(Math.sqrt(400 * 640), 9) });
  expect(origin).toMatchObject({
    provenance: 'projected',
    source: expect.stringContaining('90 % interval 400 to 640'),
  });
  expect(refusalOf(limited(projected, 1.9), { project })).toContain(
    'expected a latency limit of at least the 2 ms of one item alone',
  );
  const four = own(`projection: ${cell},`, 'accelerators: 4\n    ');
  expect(throughputOf(four, { project }).figure).toMatchObject({ value: 2000, low: 1600, high: 2560 });
});

test('a projection that is refused refuses the study with its reason', () => {
  expect(refusalOf(projected)).toBe(
    'study.yaml:10:31: options[0].throughput.projection: no projection: nothing is known here.',
  );
});

test('a precision that the device lacks is refused, and so is a device that nobody knows', () => {
  const given = 'items_per_second: 1, provenance: given, source: me,';
  expect(refusalOf(own(given, 'accelerator: nvidia-x\n    precision: fp8\n    '))).toBe(
    'study.yaml:11:16: options[0].precision: expected a precision that nvidia-x has (fp16, int8), got fp8.',
  );
  expect(refusalOf(own(given, 'accelerator: nvidia-xx\n    '))).toContain(
    'study.yaml:10:18: options[0].accelerator: expected the id of a hardware profile, got "nvidia-xx". Did you mean "nvidia-x"?',
  );
});

test.each([
  ['', 'expected one of items_per_second, result, published, projection, got none'],
  [`published: ${cell}, projection: ${cell},`, 'got published and projection'],
  ['items_per_second: 1, provenance: given,', 'expected provenance and source beside items_per_second'],
  [
    `published: ${cell}, source: me,`,
    'expected source beside items_per_second, got it beside published, which has its own',
  ],
  [
    'items_per_second: 1, provenance: given, source: me, accept: [degraded],',
    'expected accept beside result, published or projection',
  ],
  [
    'items_per_second: default, provenance: given, source: me,',
    'got default, which nobody knows of it: state your own',
  ],
])('a throughput of %s is refused', (words, message) => {
  expect(refusalOf(own(words), rows)).toContain(message);
});

test('options that take the same row have one figure for it, which moves in both', () => {
  const second = oneOption.slice(oneOption.indexOf('  - kind')).replace('name: hour', 'name: other');
  const both = published + second.replace('THROUGHPUT', `throughput: { published: ${cell}, max_utilisation: 0.5 }`);
  const { assumptions } = readText(both, rows);
  const figures = assumptions.filter(({ name }) => name.endsWith('items_per_second'));
  expect(figures).toMatchObject([
    {
      owner: 'hour and other',
      places: [
        ['options', 'hour', 'throughput', 'itemsPerSecond'],
        ['options', 'other', 'throughput', 'itemsPerSecond'],
      ],
    },
  ]);
});

test('options that serve another model are refused', () => {
  const second = oneOption
    .slice(oneOption.indexOf('  - kind'))
    .replace('name: hour', 'name: other')
    .replace('THROUGHPUT', `throughput: { published: ${cell.replace('resnet50-v1.5', 'bert')}, max_utilisation: 0.5 }`);
  const all = { published: () => [server, { ...server, model: 'bert' }] };
  expect(refusalOf(published + second, all)).toContain(
    'options[1].throughput.published.model: expected the model of the other options, "resnet50-v1.5", got "bert"',
  );
});

test('options in other precisions carry a caveat, unless both are held to the accuracy of MLPerf', () => {
  const words = 'throughput: { items_per_second: 1, provenance: given, source: me, max_utilisation: 0.5 }';
  const option = (name: string, precision: string) =>
    oneOption
      .slice(oneOption.indexOf('  - kind'))
      .replace('name: hour', `name: ${name}`)
      .replace('THROUGHPUT', `precision: ${precision}\n    ${words}`);
  const head = oneOption.slice(0, oneOption.indexOf('  - kind'));
  const { throughputs } = readText(head + option('a', 'fp16') + option('b', 'int8') + option('c', 'fp16'));
  expect(throughputs.a?.caveat).toBeUndefined();
  expect(throughputs.b?.caveat).toBe('it runs in int8 and a in fp16: the accuracy may differ.');
  expect(throughputs.c?.caveat).toBeUndefined();
  const refused = option('b', 'int8').replace('provenance: given, source: me,', '');
  expect(refusalOf(head + option('a', 'fp16') + refused)).toContain('expected provenance and source');
});

test('a run that is not there is refused with the line that names it', () => {
  const { run } = studySources({ folder: '.', out: 'test/no-such-folder' });
  const text = own('result: { run: nowhere },');
  expect(refusalOf(text, { run })).toMatch(
    /^study\.yaml:10:\d+: options\[0\]\.throughput\.result: run "nowhere": .*nowhere/,
  );
});

test('options whose figures count tokens and whole answers are not compared', () => {
  const option = (name: string, accelerator: string) => `  - kind: cloud
    name: ${name}
    throughput:
      published: { accelerator: ${accelerator}, precision: fp16, model: gptj-6b (99%), stack: mlperf, scenario: Offline }
      max_utilisation: 0.5
    scaling: always_on
    on_demand_per_hour: { amount: 1.5, source: price list }
`;
  const text = `${oneOption.slice(0, oneOption.indexOf('  - kind'))}${option('one', 'nvidia-x')}${option('other', 'nvidia-y')}`;
  const changes = { model: 'gptj-6b (99%)', precision: 'fp16' };
  const rowsIn = (unit: 'samples/s per accelerator' | 'tokens/s per accelerator') => ({
    published: () => [figure('nvidia-x', 4, changes), figure('nvidia-y', 5, { ...changes, unit })],
  });
  expect(refusalOf(text, rowsIn('samples/s per accelerator'))).toBe('accepted');
  expect(refusalOf(text, rowsIn('tokens/s per accelerator'))).toBe(
    'study.yaml:18:18: options[1].throughput.published: expected samples/s as of one, got tokens/s: state items_per_second of both in one unit yourself.',
  );
});
