import { cacheFolder } from '../../kernel/cache-folder.ts';
import type { ExitCode } from '../../kernel/errors.ts';
import type { Registry } from '../../kernel/registry.ts';
import { loadPlugins, resolvePlugin } from '../../runner/plugins.ts';
import { formatBytes, formatCount, formatSeconds } from '../../units/format.ts';
import { WorkloadCache } from '../../workloads/cache.ts';
import type { ModelDescription, Workload } from '../../workloads/workload.ts';
import type { Streams } from '../streams.ts';
import { type TextColumn, textTable } from '../text-table.ts';

export interface ModelOptions {
  readonly json?: boolean;
  /** Plug-ins as `--plugin` names them. */
  readonly plugin?: readonly string[];
}

interface ListedModel extends ModelDescription {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Whether `dyno bench` finds everything in place. */
  readonly built: boolean;
  /** What keeps this machine from building it, and what to do; null: nothing. */
  readonly missing: string | null;
}

const columns: readonly TextColumn<ListedModel>[] = [
  { title: 'name', align: 'left', cell: ({ name }) => name },
  { title: 'model', align: 'left', cell: ({ title }) => title },
  { title: 'weights', align: 'left', cell: ({ weights }) => weights },
  { title: 'parameters', align: 'right', cell: ({ parameters }) => formatCount(parameters) },
  { title: 'multiply-adds', align: 'right', cell: ({ multiplyAdds }) => formatCount(multiplyAdds ?? Number.NaN) },
  { title: 'size', align: 'right', cell: ({ bytes }) => formatBytes(bytes) },
  { title: 'licence', align: 'left', cell: ({ licence }) => licence },
  {
    title: 'built',
    align: 'left',
    cell: ({ built, missing }) => (built ? 'yes' : missing === null ? 'no' : 'not installed'),
  },
];

/** `dyno model list`: the workloads of the hub with their models. `workloads`: all that are registered, unless a caller names others. */
export async function modelListCommand(
  options: ModelOptions,
  { stdout, stderr }: Streams,
  workloads?: Registry<Workload>,
): Promise<ExitCode> {
  const cache = new WorkloadCache(cacheFolder());
  const models = (workloads ?? (await registeredWorkloads(options))).all().map((workload): ListedModel => {
    const { name, title, description, model } = workload;
    const built = workload.isBuilt(cache);
    return { name, title, description, ...model, built, missing: built ? null : (workload.missing?.() ?? null) };
  });
  if (options.json) {
    stdout.write(`${JSON.stringify(models, null, 2)}\n`);
    return 0;
  }
  stdout.write(textTable(models, columns));
  const unbuilt = models.filter(({ built, missing }) => !built && missing === null).map(({ name }) => name);
  if (unbuilt.length > 0)
    stderr.write(`The first bench builds what is missing, or: npx dyno model build ${unbuilt.join(' ')}\n`);
  for (const [missing, names] of byReason(models)) stderr.write(`${names.join(', ')}: ${missing}\n`);
  return 0;
}

/** Names of the models that cannot be built here, by what keeps this machine from it. */
function byReason(models: readonly ListedModel[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { name, missing } of models)
    if (missing !== null) names.set(missing, [...(names.get(missing) ?? []), name]);
  return names;
}

interface BuiltModel {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Whether this call built it: false when everything was in place. */
  readonly builtNow: boolean;
  readonly seconds: number;
}

/** `dyno model build`: makes workloads ready, in the cache. All names are checked before the first is built. */
export async function modelBuildCommand(
  options: ModelOptions & { readonly names: readonly string[] },
  { stdout, stderr }: Streams,
  workloads?: Registry<Workload>,
): Promise<ExitCode> {
  const hub = workloads ?? (await registeredWorkloads(options));
  const cache = new WorkloadCache(cacheFolder());
  const built: BuiltModel[] = [];
  for (const workload of [...new Set(options.names)].map((name) => hub.get(name))) {
    const answer = await build(workload, cache);
    built.push(answer);
    const what = answer.builtNow ? `built in ${formatSeconds(answer.seconds)}` : 'was built already';
    stderr.write(`${answer.name} ${what}: ${formatBytes(answer.bytes)}\n`);
  }
  if (options.json) stdout.write(`${JSON.stringify(built, null, 2)}\n`);
  else for (const { path } of built) stdout.write(`${path}\n`);
  return 0;
}

async function build(workload: Workload, cache: WorkloadCache): Promise<BuiltModel> {
  const before = workload.isBuilt(cache);
  const start = performance.now();
  const { model } = await workload.prepare(cache);
  const seconds = (performance.now() - start) / 1e3;
  return {
    name: workload.name,
    path: model.path,
    bytes: model.bytes,
    sha256: model.sha256,
    builtNow: !before,
    seconds,
  };
}

/** The workloads of the hub and of the plug-ins that the options name. */
export async function registeredWorkloads({ plugin = [] }: ModelOptions): Promise<Registry<Workload>> {
  const modules = plugin.map((name) => resolvePlugin(name, process.cwd()));
  return (await loadPlugins(modules)).workloads;
}
