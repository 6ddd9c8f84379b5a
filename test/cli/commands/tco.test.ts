import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type TcoOptions, tcoCommand } from '../../../src/cli/commands/tco.ts';
import { captureStreams } from '../fixtures/capture-streams.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-tco-'));
afterAll(() => rmSync(folder, { recursive: true }));

const text = `name: A card or an hour
currency: USD
date: 2025-06-01
horizon_years: 3
discount_rate: 0.08
demand:
  requests_per_day: 8640000
  growth_per_year: 0.5
  peak_to_average: { value: 2, low: 1.5, high: 4 }
facilities:
  hall:
    pue: { value: 1.5, low: 1.2, high: 1.8, source: survey of operators }
    electricity_per_kwh: { amount: 0.1, low: 0.05, high: 0.2, source: bill of May }
options:
  - kind: own
    name: card
    facility: hall
    throughput: { items_per_second: 250, max_utilisation: 0.5, provenance: measured, source: run of May }
    machine: { accelerator_price: { amount: 10000, source: offer }, accelerators: 2 }
    power: { idle_watts: 200, load_watts: 600, provisioned_watts: 800 }
  - kind: cloud
    name: hour
    throughput: { items_per_second: 200, max_utilisation: 0.5, provenance: given, source: "a guess\\e[31m" }
    scaling: always_on
    on_demand_per_hour: { amount: 1.5, source: price list }
`;

const file = join(folder, 'study.yaml');
writeFileSync(file, text);

async function run(options: Partial<TcoOptions> = {}) {
  const streams = captureStreams();
  const code = await tcoCommand({ study: file, report: false, draws: '500', ...options }, streams);
  return { code, out: streams.out(), err: streams.err() };
}

test('the recommendation is the first line, the guesses come before the costs', async () => {
  const { code, out, err } = await run();
  expect(code).toBe(0);
  expect(err).toBe('');
  // 200, 300 and 450 items/s at the peak, 125 each: 2, 3 and 4 machines of two cards.
  expect(out).toMatch(/^Buy 2 machines of card \(4 accelerators\), growing to 4 by year 3 \(8\): USD /);
  const places = [
    'FIGURES WITHOUT A SOURCE',
    'COSTS, THE CHEAPEST FIRST',
    'BREAK-EVEN VOLUMES',
    'SIMULATION',
    'NOT COUNTED',
  ];
  const found = places.map((title) => out.indexOf(title));
  expect(found).toEqual(found.toSorted((one, other) => one - other));
  expect(Math.min(...found)).toBeGreaterThan(0);
  expect(out).toMatch(/^card +own +250 +measured +2 \+ 0 \+ 0 > 4 \+ 0 \+ 0/m);
  expect(out).toMatch(/^peak of the demand over its mean +2 +1\.5 to 4 +9$/m);
});

test('lines fit into 100 columns, and what would move the cursor is not printed', async () => {
  const { out } = await run();
  expect(out.split('\n').filter((line) => line.length > 100)).toEqual([]);
  expect(out).not.toContain('\u001b');
});

test('with --json stdout holds the contract and nothing else', async () => {
  const { out } = await run({ json: true });
  const answer = JSON.parse(out);
  expect(Object.keys(answer).toSorted()).toEqual([
    'assumptions',
    'claims',
    'leftOut',
    'options',
    'order',
    'pairs',
    'recommendation',
    'sensitivity',
    'simulation',
    'study',
  ]);
  expect(answer.study).toMatchObject({
    name: 'A card or an hour',
    currency: 'USD',
    date: '2025-06-01',
    path: file,
    discountRate: 0.08,
  });
  expect(answer.study.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(answer.order[0]).toBe('card');
  expect(answer.simulation).toMatchObject({ draws: 500, seed: 1 });
  expect(answer.claims).toBeNull();
  // 2 machines, then 1 and 1 more, of 20,000 each.
  expect(answer.options[0].byItem[0]).toEqual({
    item: 'accelerators',
    amount: 80_000,
    flow: [40_000, 20_000, 20_000, 0],
  });
});

test('the same seed gives the same answer, another one another', async () => {
  const of = async (seed: string) => JSON.parse((await run({ json: true, seed })).out).simulation.options;
  const first = await of('7');
  expect(await of('7')).toEqual(first);
  expect(await of('8')).not.toEqual(first);
});

test('--csv writes a line an option, --out the report, and both are named on stderr', async () => {
  const [csv, out] = [join(folder, 'options.csv'), join(folder, 'report.html')];
  const { err } = await run({ csv, out, report: true });
  expect(err).toBe(`csv     ${csv}\nreport  ${out}\n`);
  expect(readFileSync(csv, 'utf8').trimEnd().split('\r\n')).toHaveLength(3);
  expect(readFileSync(out, 'utf8')).toMatch(/^<!doctype html>/i);
  expect(existsSync(join('reports', 'study.html'))).toBe(false);
}, 30_000);

test('a file that cannot be written is refused with the option that names it', async () => {
  await expect(run({ csv: join(file, 'x.csv') })).rejects.toThrow(/--csv .* cannot be written/);
});

test.each([
  [{ draws: '0' }, '--draws 0: expected a whole number from 1 to 1000000, got "0".'],
  [{ draws: '1e3' }, '--draws 1e3: expected a whole number from 1 to 1000000, got "1e3".'],
  [{ seed: '-1' }, '--seed -1: expected a whole number from 0 to 4294967295, got "-1".'],
])('%o is refused', async (options, message) => {
  await expect(run(options)).rejects.toThrow(message);
});

test('figures that cannot be at an end of their ranges are a fault of the study', async () => {
  const path = join(folder, 'idle.yaml');
  writeFileSync(path, text.replace('idle_watts: 200', 'idle_watts: { value: 200, low: 100, high: 900 }'));
  await expect(run({ study: path })).rejects.toMatchObject({ code: 'STUDY_INVALID', exitCode: 3 });
  await expect(run({ study: path })).rejects.toThrow(
    /idle\.yaml:20:75: options\[0\]\.power\.load_watts: expected a range above that of the idle power, up to 900 W, got one from 600 W/,
  );
});

test('what the claims of a study come to is printed beside it', async () => {
  const { out } = await run({ study: 'suites/tco/a100-vs-v100.yaml' });
  expect(out).toContain('CLAIM 1 OF 2');
  expect(out).toMatch(/^S0 cards only.* 15,000 +8,000 +1\.88 +2\.40$/m);
  // One V100 at 3,362 images/s, used to 60 % at a peak of three times the mean, carries 58.1 million requests a day.
  expect(out).toMatch(/^MXNet FP16, batch 128 +S0 +60 %, 3 × +58\.1 million +290 million +later$/m);
}, 30_000);
