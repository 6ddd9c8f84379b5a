import { expect, test } from 'vitest';
import { benchTable } from '../../src/cli/bench-table.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import type { MemoryShortage } from '../../src/results/memory-shortage.ts';
import { readRun } from '../../src/results/result-folder.ts';
import { type Case, type Run, type VerdictFinding, verdictFamilies } from '../../src/results/run.ts';

const example = readRun(packageFile('results', 'example'));

/** The example with each case changed. */
function changed(change: (one: Case, index: number) => Partial<Case>): Run {
  return { ...example, cases: example.cases.map((one, index) => ({ ...one, ...change(one, index) })) };
}

test('a failure that cases share is one line that counts them and names the first', () => {
  const cause = { code: 'X', message: 'It broke.', exitCode: 4, signal: null, stderrTail: '' };
  const lines = benchTable(changed((_, index) => (index < 3 ? { status: 'failed', cause } : {}))).split('\n');
  expect(lines.filter((line) => line.startsWith('failed:'))).toEqual([
    `failed: ${example.cases[0]?.id} and 2 more: It broke. (X)`,
  ]);
});

test('what is known of an error stands below the line of the failure', () => {
  const explanation = {
    code: 'FULL',
    title: 'Error 2',
    meaning: 'The memory is full.',
    remedy: 'Take smaller batches.',
  };
  const cause = { code: 'X', message: 'It broke.', exitCode: 4, signal: null, stderrTail: '', explanation };
  const table = benchTable(changed(() => ({ status: 'failed', cause })));
  expect(table).toContain(': It broke. (X)\n  Error 2: The memory is full.\n  what to do: Take smaller batches.\n');
});

test('where memory ran out, the line says what was needed and free, and below it stands what was worked out to do', () => {
  const explanation = { code: 'FULL', title: 'Error 2', meaning: 'It is full.', remedy: 'Take smaller batches.' };
  const memory: MemoryShortage = {
    ...{ device: 'host', place: 'memory', neededBytes: 2 ** 30, freeBytes: 2 ** 20, totalBytes: 2 ** 34 },
    ...{ freeAfterBytes: 2 ** 33, evidence: { needed: 'message', free: 'at failure', total: 'limit' } },
    ...{ projected: null, holders: [], batchSize: 4, precisions: [], reasons: {} },
    remedies: ['Take --batch-size 4.', 'End this.'],
  };
  const cause = {
    ...{ code: 'OUT_OF_MEMORY', message: 'It broke.\n', exitCode: 4, signal: null, stderrTail: '' },
    ...{ explanation, memory },
  };
  expect(benchTable(changed(() => ({ status: 'failed', cause })))).toContain(
    ': needed 1 GiB more, 1 MiB of 16 GiB free on this machine: take --batch-size 4 (OUT_OF_MEMORY)\n  It broke.\n  Error 2: It is full.\n  what to do: Take --batch-size 4.\n  what to do: End this.\n',
  );
});

test('what did not take effect is said of a measured case only, where nobody judged it', () => {
  const reasons = { 'effective.threads': { code: 'NOT_IN_EFFECT', need: 2, have: '1' } };
  const run = changed((_, index) => ({ reasons, ...(index === 0 ? { status: 'skipped' as const } : {}) }));
  const older = run.cases.map(({ findings: _, ...one }) => one);
  expect(benchTable({ ...run, cases: older }).split('\n')).toContain(
    `not in effect: ${example.cases[1]?.id} and ${example.cases.length - 2} more: threads asked 2, got 1 (NOT_IN_EFFECT)`,
  );
  expect(benchTable({ ...run, cases: older.map((one) => ({ ...one, findings: [] })) })).not.toContain('not in effect');
});

test('energy stands in the table where there is any, with its mark, what is above rest, and what it is of', () => {
  expect(benchTable(example)).not.toContain('energy/item');
  const above = {
    joulesPerItem: 0.008,
    meanPowerWatts: 240,
    idleWatts: 60.5,
    idleSpreadWatts: 0.25,
    uncertainty: 0.07,
  };
  const device = { id: 'd', kind: 'gpu' as const, name: null, method: 'power' as const, sensorCoverage: 0.25 };
  const energy = (idleSubtracted: typeof above | null) => ({
    joulesPerItem: 0.01,
    meanPowerWatts: 300,
    method: 'power' as const,
    covers: ['gpu' as const],
    uncertainty: 0.061,
    idleSubtracted,
    devices: [{ ...device, joulesPerItem: 0.01, meanPowerWatts: 300 }],
  });
  const table = benchTable(changed((_, index) => (index === 0 ? { energy: energy(above) } : {})));
  expect(table).toContain('10 mJ ± 6.1 % (sensor 25 %)');
  expect(table).toContain('8 mJ ± 7 %');
  expect(table).toContain(
    `energy: ${example.cases[0]?.id}: of GPU boards (1 sensor), ± 6.1 %, sensor covers 25 % of the time, 60.5 W at rest (standard deviation 0.250 W)\n`,
  );
  const reasons = { 'energy.idleSubtracted': { code: 'IDLE_NOT_QUIET', need: null, have: 'gpu0 was 30 % busy' } };
  expect(benchTable(changed(() => ({ energy: energy(null), reasons })))).toContain(
    '; above rest: The devices were not at rest before the rounds: gpu0 was 30 % busy.\n',
  );
});

const valid = Object.fromEntries(verdictFamilies.map((family) => [family, 'valid' as const])) as Case['verdicts'];

function found(code: string, severity: VerdictFinding['severity'], message: string): VerdictFinding {
  return { family: 'integrity', severity, code, need: null, have: null, round: null, message, nextStep: 'Do it.' };
}

test('the worst verdict of a case is in its row, and figures that are invalid are marked', () => {
  const table = benchTable(
    changed((_, index) => {
      const verdicts = [
        valid,
        { ...valid, energy: null, telemetry: 'degraded' as const },
        { ...valid, load: 'degraded' as const, integrity: 'invalid' as const },
        { ...valid, energy: 'invalid' as const },
      ];
      const reasons = {
        'verdicts.load': { code: 'SHORT', need: null, have: null },
        'verdicts.telemetry': { code: 'BUSY', need: null, have: null },
        'verdicts.integrity': { code: 'CACHED', need: null, have: null },
        'verdicts.energy': { code: 'GAP', need: null, have: null },
      };
      return { verdicts: verdicts[index] ?? valid, reasons, findings: [] };
    }),
  ).split('\n');
  expect(table[0]).toMatch(/ verdict +status$/);
  expect(table[2]).toMatch(/ valid +measured$/);
  expect(table[3]).toMatch(/ degraded: BUSY +measured$/);
  expect(table[4]).toMatch(/items\/s ! .* invalid: CACHED +measured$/);
  // An energy that cannot be trusted says nothing of the speed.
  expect(table[5]).toMatch(/items\/s [^!]* invalid: GAP +measured$/);
  expect(table.filter((line) => line.startsWith('! marks'))).toHaveLength(1);
});

const header = (run: Run) => benchTable(run).split('\n')[0]?.split(/ {2,}/) ?? [];

test('hygiene and layout have a column where they do not follow from precision and fusion', () => {
  const withAxes = (axes: Partial<Case['axes']>) => changed((one) => ({ axes: { ...one.axes, ...axes } }));
  expect(header(example)).toEqual(expect.arrayContaining(['precision', 'fusion']));
  for (const run of [example, withAxes({ fusion: 'on', layout: 'engine', hygiene: 'on' })]) {
    expect(header(run)).not.toContain('hygiene');
    expect(header(run)).not.toContain('layout');
  }
  expect(header(withAxes({ fusion: 'engine', layout: 'plain', hygiene: 'off' }))).toContain('layout');
  expect(header(withAxes({ fusion: 'engine', layout: 'engine', hygiene: 'on' }))).toContain('hygiene');
});

test('a precision that the backend does not compute in says so', () => {
  const cell = (precisionSupport: string | null) =>
    benchTable(changed((one) => ({ axes: { ...one.axes, precision: 'fp16' }, precisionSupport }))).split('\n')[2];
  expect(cell('emulated')).toContain(' fp16 (emulated) ');
  expect(cell('storage')).toContain(' fp16 (storage) ');
  expect(cell('native')).toMatch(/ fp16 +on /);
  expect(cell(null)).toMatch(/ fp16 +on /);
});

test('the size of the model that was loaded has a column where the toggles change it', () => {
  const sized = (bytes: readonly number[]) =>
    changed((one, index) => {
      const conversion = null;
      const nodes = { before: 1, after: 1 };
      const size = bytes[index] ?? 3e6;
      const variant = { sha256: 'a', bytes: size, steps: [], passes: {}, fused: 0, nodes, conversion };
      return { workload: 'digits', variant: size === 0 ? null : variant, model: { ...only(one.model), bytes: 4e6 } };
    });
  expect(header(sized([3e6, 3e6, 3e6]))).not.toContain('model');
  const table = benchTable(sized([1e6, 0])).split('\n');
  expect(table[0]).toContain(' model ');
  expect(table[2]).toContain(' 977 KiB ');
  // Without a variant, the file of the workload was loaded.
  expect(table[3]).toContain(' 3.81 MiB ');
  expect(table[4]).toContain(' 2.86 MiB ');
});

function only<T>(value: T | null): T {
  if (value === null) throw new Error('Expected a value.');
  return value;
}

test('what nobody judged has a dash for a verdict', () => {
  const verdicts = Object.fromEntries(verdictFamilies.map((family) => [family, null])) as Case['verdicts'];
  expect(benchTable(changed(() => ({ verdicts }))).split('\n')[2]).toMatch(/ – +measured$/);
});

test('each finding is told once, the worst first, with how many cases it is of and what to do', () => {
  const lines = benchTable(
    changed((_, index) => ({
      findings: [
        found('NOTE', 'note', 'Know this.'),
        ...(index < 3 ? [found('BAD', 'invalid', `Case ${index}.`)] : []),
      ],
    })),
  ).split('\n');
  const start = lines.indexOf(`invalid: BAD: ${example.cases[0]?.id} and 2 more: Case 0.`);
  expect(lines.slice(start + 1, start + 4)).toEqual([
    '  what to do: Do it.',
    `note: NOTE: ${example.cases[0]?.id} and ${example.cases.length - 1} more: Know this.`,
    '  what to do: Do it.',
  ]);
  expect(lines.filter((line) => line.includes('BAD'))).toHaveLength(1);
});

test('a percentile that is withheld is a dash, with the command that gets it', () => {
  const table = benchTable(example);
  expect(table).toContain('–');
  expect(table).toContain('npm run bench -- --set policy.window.min_queries=662');
});

test('what sampling does is told in one line of the run, where the policy has blocks for it', () => {
  const observer = {
    blocks: { on: 9, off: 9 },
    hertz: 10,
    p50: { change: 0.002, ci95: [-0.008, 0.012] as const },
    p99: null,
  };
  const table = (observerBlocks: boolean) =>
    benchTable({ ...example, observer, policy: { ...example.policy, observerBlocks } });
  expect(
    table(true)
      .split('\n')
      .filter((line) => line.startsWith('observer:')),
  ).toEqual([expect.stringContaining('observer: sampling at 10 Hz changes p50 by +0.2 % (95 %: −0.8 to 1.2 %')]);
  expect(table(false)).not.toContain('observer:');
});

test('where nobody knows what sampling does, the reason is told', () => {
  const reasons = { observer: { code: 'TOO_FEW_BLOCKS', need: 6, have: 2 } };
  const policy = { ...example.policy, observerBlocks: true };
  expect(benchTable({ ...example, observer: null, reasons, policy })).toContain(
    'needs 6 blocks of it, with and without sampling, and there are 2',
  );
});
