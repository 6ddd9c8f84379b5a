import { expect, test } from 'vitest';
import { policyHash } from '../../src/report/embed.ts';
import type { ReportInput } from '../../src/report/input.ts';
import { maximumBytes, renderReport } from '../../src/report/render-report.ts';
import { eightCases, inputOf, sixtyCases, sketchRun, troubledCases, twoRuns } from './fixtures.ts';
import { hostileInput } from './hostile.ts';
import { changed, judged, judgedRun, serverRun, steady, withSteadyStates } from './judged.ts';

const eight = await renderReport(inputOf(sketchRun('default', eightCases())));
const troubled = await renderReport(inputOf(sketchRun('trouble', troubledCases())));
const two = await renderReport(twoRuns(1));

test('the first sentence of the page is the answer', () => {
  expect(firstSentence(eight)).toBe(
    'digits is fastest with batch 8, fp32, fusion on: 7,273 items/s, median response time 1.1 ms.',
  );
});

test('with one round it says that the order is not tested and prints the command for five', () => {
  expect(textOf(eight)).toContain('One round: order not tested');
  expect(textOf(eight)).toContain('npm run bench -- --set policy.rounds=5');
});

test('with five rounds it neither says so nor prints the command', async () => {
  const text = textOf(await renderReport(inputOf(sketchRun('five', eightCases(1, 5)))));
  expect(text).not.toContain('order not tested');
  expect(text).not.toContain('policy.rounds=5');
});

test('telemetry that was lost is said, once', async () => {
  const problem = { collector: 'uptime', reason: 'It took too long.' };
  const run = sketchRun('lost', eightCases(), { telemetryProblems: [problem, problem] });
  expect(textOf(await renderReport(inputOf(run))).split('uptime: It took too long.')).toHaveLength(2);
});

test('the same input gives the same bytes', async () => {
  expect(await renderReport(inputOf(sketchRun('default', eightCases())))).toBe(eight);
});

test('the page has every part', () => {
  const headings = [...eight.matchAll(/<h2 id="[^"]*">([^<]*)<\/h2>/g)].map(([, heading]) => heading);
  expect(headings).toEqual([
    'Latency percentiles',
    'Latency distribution',
    'Throughput',
    'Latency against throughput',
    'Precision and fusion',
    'Where the time goes',
    'Memory',
    'CPU over time',
    'Cold start',
    'All cases',
    'Verdicts',
    'What was asked for and what took effect',
    'What is not known',
    'Rounds',
    'Configuration and machine',
    'Data',
  ]);
});

test('every chart is a picture in the page with a text and its provenance', () => {
  const figures = eight.match(/<figure class="chart"[\s\S]*?<\/figure>/g) ?? [];
  expect(figures).toHaveLength(20);
  for (const figure of figures) {
    expect(figure).toContain('<svg xmlns=');
    expect(figure).toMatch(/<span class="provenance">measured<\/span>/);
    expect(figure).toMatch(/id="[a-z0-9-]+-summary"><bdi>[^<]{10,}/);
  }
});

test('the policy of the page allows its own two scripts and its style, and nothing else', () => {
  const policy = plain(/http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(eight)?.[1] ?? '');
  const scripts = [...eight.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, code = '']) => policyHash(code));
  const style = policyHash(/<style>([\s\S]*?)<\/style>/.exec(eight)?.[1] ?? '');
  expect(scripts).toHaveLength(2);
  expect(policy).toBe(
    `default-src 'none'; style-src ${style}; script-src ${scripts.join(' ')}; base-uri 'none'; form-action 'none'`,
  );
});

test('nothing in the page refers to another place', () => {
  const markup = eight.replaceAll(/<script[\s\S]*?<\/script>/g, '').replaceAll(/<style[\s\S]*?<\/style>/g, '');
  const references = [...markup.matchAll(/(?:href|src|action|poster|srcset)="([^"]*)"/g)].map(([, to = '']) => to);
  expect(references.filter((to) => !to.startsWith('#') && !to.startsWith('data:'))).toEqual([]);
  expect(/<style>([\s\S]*?)<\/style>/.exec(eight)?.[1]).not.toMatch(/@import|url\(/);
});

test('what is not judged is said to be not judged, never valid', () => {
  const verdicts = sectionOf(eight, 'verdicts');
  expect(textOf(verdicts)).toContain('not judged yet');
  expect(textOf(verdicts)).not.toMatch(/\bvalid\b/);
});

test('cases that failed stand with their cause and the last lines of their error output', () => {
  const text = textOf(sectionOf(troubled, 'not-measured'));
  expect(text).toContain('The process of the round ended by signal SIGABRT');
  expect(text).toContain('Non-zero status code returned while running Conv node');
  expect(text).toContain('The graph has nothing to fuse');
});

test('a setting that did not take effect is called out above the charts', () => {
  expect(textOf(sectionOf(troubled, 'answer'))).toContain('A setting did not take effect as asked');
  expect(textOf(sectionOf(troubled, 'effective'))).toContain('on, not as asked');
});

test('a percentile with too few queries is a dash with its reason, never a number', () => {
  const row =
    troubled
      .split('<tr')
      .find(
        (part) => part.includes('resnet50/ort-cpu/b8/fp32/fusion-on/t2/single_stream') && part.includes('number none'),
      ) ?? '';
  expect(row).toContain('title="needs 11 queries, has 5"');
});

test('two runs have the comparison first, then a panel of each run in turn', () => {
  expect(firstSentence(two)).toBe('Run B did 1.08 × the throughput of run A in the 8 cases that both measured.');
  const titles = [...sectionOf(two, 'throughput').matchAll(/-title"><bdi>([^<]*)</g)].map(([, title]) => title);
  expect(titles).toEqual(['digits · run A', 'digits · run B', 'resnet50 · run A', 'resnet50 · run B']);
  expect(textOf(sectionOf(two, 'comparison'))).toContain('environment.versions.node');
});

test('two runs of five rounds say in how many cases one is faster', async () => {
  const html = await renderReport(twoRuns(5));
  // The second takes 0.93 of the time, the rounds of both vary by ±2 %: every interval leaves 1 out.
  expect(firstSentence(html)).toBe(
    'Of the 8 cases that both runs measured, run B is faster than run A in 8, slower in 0; 0 show no difference.',
  );
});

test('a page is at most 3 MiB, of 60 and of 1,200 cases, and says what it leaves out', async () => {
  const sixty = await renderReport(inputOf(sketchRun('sixty', sixtyCases())));
  expect(Buffer.byteLength(sixty)).toBeLessThanOrEqual(maximumBytes);
  expect(textOf(sixty)).not.toContain('too large');

  // Five rounds a case, every case judged and with its latency over the window.
  const rounds = sketchRun(
    'rounds',
    sixtyCases().map((one) => ({ ...one, rounds: 5 })),
  );
  const full = await renderReport(
    inputOf(
      changed(
        withSteadyStates(rounds, () => steady()),
        (one) => judged(one),
      ),
    ),
  );
  expect(Buffer.byteLength(full)).toBeLessThanOrEqual(maximumBytes);
  expect(full.match(/data-chart="steady-/g)?.length).toBeGreaterThanOrEqual(8);

  const many = Array.from({ length: 1200 }, (_, index) => ({
    workload: `workload-${index % 100}`,
    batchSize: 1 + Math.floor(index / 100),
  }));
  const html = await renderReport(inputOf(sketchRun('many', many)));
  expect(Buffer.byteLength(html)).toBeLessThanOrEqual(maximumBytes);
  expect(textOf(sectionOf(html, 'throughput'))).toContain('96 more panels would make this page too large');
  expect(textOf(sectionOf(html, 'cases'))).toContain('The first 250 of 1200 cases');
  expect(textOf(sectionOf(html, 'data'))).toContain('is too large for this page');
}, 180_000);

test('an invalid case is struck out in table, chart and legend, and is neither the fastest nor on the front', async () => {
  // digits batch 8 fused has the most throughput of its workload, and is over-saturated.
  const html = await renderReport(inputOf(judgedRun(5)));
  expect(firstSentence(html)).toContain('digits is fastest with batch 8, fp32, fusion off: 6,154 items/s');
  const cases = sectionOf(html, 'cases');
  const rows = cases.split('<tr').filter((row) => row.startsWith(' class="struck"'));
  expect(rows.map((row) => /OVER_SATURATED/.test(row) && /7,273/.test(row))).toEqual([true]);
  expect(sectionOf(html, 'percentiles')).toMatch(/<text[^>]* text-decoration="line-through">✕ batch 8 · fused</);
  expect(sectionOf(html, 'ecdf')).toMatch(/<li class="struck"><svg[\s\S]*?<bdi>✕ batch 8 · fused<\/bdi>/);
  expect(textOf(sectionOf(html, 'throughput'))).toContain('Highest 6,154 items/s (batch 8 · unfused)');
  const pareto = textOf(sectionOf(html, 'pareto'));
  expect(pareto).toContain('2 of 4 cases are on the front. 1 invalid one counts nowhere.');
  expect(pareto).not.toContain('7,273');
});

test('what the verdicts come to stands at the top, and accuracy stands beside its reference', async () => {
  const html = await renderReport(inputOf(judgedRun()));
  expect(textOf(sectionOf(html, 'answer'))).toContain(
    '5 of 8 cases valid; 1 invalid: OVER_SATURATED; 2 degraded: DRIFTING_UP.',
  );
  // Of digits: 0.9915 of a reference of 0.9923; three digits are shown.
  expect(textOf(sectionOf(html, 'cases'))).toContain('99.2 % / 99.2 %');
});

test('a run without verdicts says nothing of them at the top', () => {
  expect(textOf(sectionOf(eight, 'answer'))).not.toContain('cases valid');
});

test('a short policy is labelled, and each policy is named', async () => {
  const run = sketchRun('short', eightCases());
  const smoke = await renderReport(
    inputOf({ ...run, run: { ...run.run, policy: { ...run.run.policy, preset: 'smoke' } } }),
  );
  expect(textOf(sectionOf(smoke, 'answer'))).toContain(
    'Policy smoke: windows of 2 s and 64 queries at least. MLPerf asks for 600 s',
  );
  expect(textOf(eight)).toContain('policy default');
  expect(textOf(sectionOf(eight, 'answer'))).not.toContain('MLPerf asks');
});

test('a run of scheduled load has the parts of its response time, its latency over load, and its search', async () => {
  const html = await renderReport(inputOf(serverRun()));
  expect(textOf(sectionOf(html, 'load'))).toContain('issue delay queue service');
  expect(sectionOf(html, 'latency-over-load')).toContain('data-chart="latency-over-load-0"');
  expect(textOf(sectionOf(html, 'rate-search'))).toContain('The highest rate that kept the limit is 190/s');
  expect(sectionOf(eight, 'load') + sectionOf(eight, 'latency-over-load') + sectionOf(eight, 'rate-search')).toBe('');
});

test('names that are markup, templates, addresses and 10 kB long cannot break the page', async () => {
  const html = await renderReport(hostileInput());
  const outside = html.replaceAll(/<script>[\s\S]*?<\/script>/g, '').replaceAll(/<style>[\s\S]*?<\/style>/g, '');
  expect(outside.match(/<script/g)).toHaveLength(1);
  expect(outside).not.toMatch(/<img|onerror=(?!&)|<\/title>.*<script>alert/);
  expect(outside).not.toMatch(/href="javascript:/i);
  expect(outside).not.toMatch(/[\u2028\u2029\u202e]/);
  expect(textOf(html)).toContain('{{constructor}}');
  expect(Buffer.byteLength(html)).toBeLessThan(maximumBytes);
});

test('a run in which everything is null, and one without cases, are pages too', async () => {
  const nothing = sketchRun('nothing', [{ workload: 'w', batchSize: 1, status: 'failed' }]);
  expect(textOf(await renderReport(inputOf(nothing)))).toContain('no case was measured');
  expect(textOf(await renderReport(inputOf(sketchRun('empty', []))))).toContain('The run has no cases');
});

test('figures that are NaN are drawn as gaps', async () => {
  const run = sketchRun('nan', eightCases());
  const input: ReportInput = inputOf({
    ...run,
    distributions: Object.fromEntries(
      Object.entries(run.distributions).map(([key, value]) => [
        key,
        { ...value, seconds: value.seconds.map(() => Number.NaN) },
      ]),
    ),
    telemetry: Object.fromEntries(
      Object.entries(run.telemetry).map(([key, value]) => [
        key,
        { ...value, series: value.series.map((one) => ({ ...one, values: one.values.map(() => Number.NaN) })) },
      ]),
    ),
  });
  const html = await renderReport(input);
  expect(html.match(/NaN(?![a-zA-Z(])/g)?.length ?? 0).toBe(eight.match(/NaN(?![a-zA-Z(])/g)?.length ?? 0);
});

function firstSentence(html: string): string {
  return textOf(/<p class="sentence" dir="ltr">([\s\S]*?)<\/p>/.exec(html)?.[1] ?? '');
}

function sectionOf(html: string, id: string): string {
  return new RegExp(`<section id="${id}"[\\s\\S]*?</section>`).exec(html)?.[0] ?? '';
}

function textOf(html: string): string {
  const text = html.replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, ' ').replaceAll(/<[^>]*>/g, ' ');
  return plain(text).replaceAll(/\s+/g, ' ').trim();
}

function plain(text: string): string {
  return text
    .replaceAll('&#x27;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#x3D;', '=')
    .replaceAll('&#x60;', '`')
    .replaceAll('&amp;', '&');
}
