import { dirname } from 'node:path';
import { readSoundModel } from '../../graph/check-model.ts';
import type { ModelInFolder } from '../../graph/diff-constants.ts';
import { diffModels, type ModelDiff } from '../../graph/diff-models.ts';
import { cacheFolder } from '../../kernel/cache-folder.ts';
import type { ExitCode } from '../../kernel/errors.ts';
import type { Registry } from '../../kernel/registry.ts';
import { formatCount } from '../../units/format.ts';
import { WorkloadCache } from '../../workloads/cache.ts';
import type { Workload } from '../../workloads/workload.ts';
import { isModelFile } from '../model-argument.ts';
import type { Streams } from '../streams.ts';
import { textTable } from '../text-table.ts';
import { type ModelOptions, registeredWorkloads } from './model.ts';

export interface ModelDiffOptions extends ModelOptions {
  readonly a: string;
  readonly b: string;
}

/** `dyno model diff`: in what two models differ. An answer either way: the exit code stays 0. */
export async function modelDiffCommand(
  options: ModelDiffOptions,
  { stdout }: Streams,
  workloads?: Registry<Workload>,
): Promise<ExitCode> {
  const hub = workloads ?? (await registeredWorkloads(options));
  const diff = diffModels(await open(options.a, hub), await open(options.b, hub));
  stdout.write(options.json === true ? `${JSON.stringify(diff, null, 2)}\n` : describe(diff));
  return 0;
}

async function open(name: string, hub: Registry<Workload>): Promise<ModelInFolder> {
  const isFile = isModelFile(name, hub);
  const path = isFile ? name : (await hub.get(name).prepare(new WorkloadCache(cacheFolder()))).model.path;
  return { model: readSoundModel(path), folder: dirname(path) };
}

interface Row {
  readonly what: string;
  readonly name: string;
  readonly a: string;
  readonly b: string;
}

/** More of a kind are counted only. */
const shown = 20;

function describe({ identical, ...diff }: ModelDiff): string {
  if (identical) return 'identical\n';
  const { nodes, constants, other } = diff;
  const simple = (
    what: string,
    list: readonly { name: string; a: string | number | null; b: string | number | null }[],
  ) =>
    capped(
      what,
      list.map(({ name, a, b }) => ({ what, name, a: a === null ? '–' : String(a), b: b === null ? '–' : String(b) })),
    );
  const rows: Row[] = [
    ...simple('version', diff.versions),
    ...simple('metadata', diff.metadata),
    ...simple('input', diff.inputs),
    ...simple('output', diff.outputs),
    ...simple('operator', diff.operators),
    ...capped('node', [
      ...nodes.changed.map(({ name, what }) => ({ what: 'node', name, a: '', b: what.join('; ') })),
      ...nodes.onlyA.map(({ name, operator }) => ({ what: 'node', name, a: operator, b: '–' })),
      ...nodes.onlyB.map(({ name, operator }) => ({ what: 'node', name, a: '–', b: operator })),
    ]),
    ...capped('constant', [
      ...constants.changed.map(({ name, a, b, differing, elements, largestDifference }) => ({
        what: 'constant',
        name,
        a,
        b:
          differing === null
            ? b
            : `${formatCount(differing)} of ${formatCount(elements)} elements differ${largestDifference === null ? '' : `, by up to ${largestDifference.toPrecision(3)}`}`,
      })),
      ...constants.onlyA.map(({ name, what }) => ({ what: 'constant', name, a: what, b: '–' })),
      ...constants.onlyB.map(({ name, what }) => ({ what: 'constant', name, a: '–', b: what })),
    ]),
    ...other.map((name) => ({ what: 'other', name, a: '', b: 'differs' })),
  ];
  return textTable(rows, [
    { title: 'what', align: 'left', cell: ({ what }) => what },
    { title: 'name', align: 'left', cell: ({ name }) => short(name) },
    { title: 'a', align: 'left', cell: ({ a }) => short(a) },
    { title: 'b', align: 'left', cell: ({ b }) => short(b) },
  ]);
}

function capped(what: string, rows: readonly Row[]): readonly Row[] {
  if (rows.length <= shown) return rows;
  return [
    ...rows.slice(0, shown),
    { what, name: `and ${formatCount(rows.length - shown)} more (--json lists all)`, a: '', b: '' },
  ];
}

function short(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
