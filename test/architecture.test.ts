import { readdirSync } from 'node:fs';
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { expect, test } from 'vitest';

/** Which other folders of src/ each folder may import. A folder names only folders above it here. */
const mayImport: Record<string, string[]> = {
  kernel: [],
  units: [],
  stats: [],
  results: ['kernel', 'units'],
  analysis: ['kernel', 'units', 'stats', 'results'],
  collectors: ['kernel', 'units'],
  hardware: ['kernel', 'units', 'collectors'],
  graph: ['kernel', 'stats'],
  engine: ['kernel', 'stats', 'graph'],
  workloads: ['kernel', 'stats', 'graph', 'engine'],
  compress: ['kernel', 'stats', 'graph', 'engine', 'workloads'],
  ceilings: ['kernel', 'units', 'stats', 'collectors', 'hardware', 'graph', 'engine'],
  // `engine/settings.ts` and the catalogue of augmentation only (see below): one owner for the words of pre- and postprocessing.
  suite: ['kernel', 'units', 'stats', 'hardware', 'engine'],
  scenarios: ['kernel', 'suite', 'stats'],
  runner: [
    'kernel',
    'units',
    'stats',
    'results',
    'analysis',
    'collectors',
    'hardware',
    'graph',
    'engine',
    'workloads',
    'compress',
    'ceilings',
    'suite',
    'scenarios',
  ],
  gate: ['kernel', 'units', 'stats', 'results', 'analysis'],
  // `analysis`: whether a case of one's own counts is its verdict's to say.
  roofline: ['kernel', 'units', 'stats', 'results', 'analysis', 'hardware', 'graph'],
  tco: ['kernel', 'units', 'stats', 'results', 'analysis', 'hardware', 'roofline'],
  report: ['kernel', 'units', 'stats', 'results', 'analysis', 'graph', 'gate', 'roofline', 'tco'],
};

const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));

test('every folder of src/ has a line in the table', () => {
  const named = [...Object.keys(mayImport), 'cli'];
  expect(folders.map(({ name }) => name).filter((name) => !named.includes(name))).toEqual([]);
});

test('imports in src/ point one way', async () => {
  const betweenFolders = Object.entries(mayImport).map(([folder, allowed]) => ({
    name: `${folder} imports ${allowed.join(', ') || 'nothing'}`,
    severity: 'error' as const,
    from: { path: `^src/${folder}/` },
    to: { path: '^src/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
  }));
  const betweenEngineLayers = {
    name: 'the engine layers meet only in engine/pipeline.ts and engine/serving/',
    severity: 'error' as const,
    from: { path: '^src/engine/(preprocess|backends|postprocess)/' },
    to: { path: '^src/engine/(preprocess|backends|postprocess|serving)/', pathNot: '^src/engine/$1/' },
  };
  const browserSafe = [
    {
      name: 'stats/, units/ and tco/model/ also run in the browser',
      severity: 'error' as const,
      from: { path: '^src/(stats|units|tco/model)/' },
      to: { dependencyTypes: ['core'] as 'core'[] },
    },
    {
      name: 'what runs in the browser imports only what runs in the browser',
      severity: 'error' as const,
      from: { path: '^src/(stats|units|tco/model)/' },
      to: { path: '^src/', pathNot: '^src/(stats|units|tco/model)/' },
    },
  ];
  const suiteReadsSettingsOnly = {
    name: 'suite/ imports nothing of the engine but its settings and what its operators are called',
    severity: 'error' as const,
    from: { path: '^src/suite/' },
    to: {
      path: '^src/engine/',
      pathNot: '^src/engine/(settings|augment/(catalogue|specification)|operators/timed-operators)[.]ts$',
    },
  };
  const cycles = { name: 'no cycles', severity: 'error' as const, from: { path: '^src/' }, to: { circular: true } };

  const { output } = await cruise(
    ['src'],
    {
      ruleSet: { forbidden: [...betweenFolders, betweenEngineLayers, suiteReadsSettingsOnly, ...browserSafe, cycles] },
      validate: true,
      tsPreCompilationDeps: true,
    },
    undefined,
    { tsConfig: extractTSConfig('tsconfig.json') },
  );
  if (typeof output === 'string') throw new Error('Expected the cruise as an object.');

  // With a TypeScript version it does not know, dependency-cruiser reads no .ts file and reports success.
  expect(output.summary.totalCruised).toBeGreaterThanOrEqual(files.length);
  expect(output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
});
