import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { readSoundModel } from '../../graph/check-model.ts';
import { sortNodes } from '../../graph/edit-graph.ts';
import { modelInputs } from '../../graph/model-values.ts';
import type { OnnxModel } from '../../graph/onnx-message.ts';
import { summariseModel } from '../../graph/summary.ts';
import { cacheFolder } from '../../kernel/cache-folder.ts';
import { type ExitCode, errorText, InputError } from '../../kernel/errors.ts';
import type { Registry } from '../../kernel/registry.ts';
import { parseShapes } from '../../suite/model-suite.ts';
import { WorkloadCache } from '../../workloads/cache.ts';
import { resolveInputs } from '../../workloads/input-shapes.ts';
import { ownModel } from '../../workloads/own-model.ts';
import type { PreparedInput, PreparedModel } from '../../workloads/prepared-workload.ts';
import type { Workload } from '../../workloads/workload.ts';
import { batchedShapes, countOf } from '../batched-shapes.ts';
import { costliestNodes, type Inspected, inspectedLines, inspectedText } from '../inspected-text.ts';
import type { Streams } from '../streams.ts';
import { type ModelOptions, registeredWorkloads } from './model.ts';

export interface ModelInspectOptions extends ModelOptions {
  /** A workload of the hub, or the path of an ONNX file. */
  readonly name: string;
  readonly shape?: readonly string[];
  /** As typed; items in a query. */
  readonly batchSize?: string;
  /** How many nodes to list, as typed; true: as many as usual. */
  readonly nodes?: string | true;
  /** The file to draw the graph into. */
  readonly html?: string;
}

const nodesListed = 20;

/**
 * `dyno model inspect`: what stands in a model of the hub (built first if need be) or in an ONNX file. Nothing is run. Dimensions that
 * are open and not given leave the multiply-adds and bytes unknown; what to give is then said on stderr.
 */
export async function modelInspectCommand(
  options: ModelInspectOptions,
  { stdout, stderr }: Streams,
  workloads?: Registry<Workload>,
): Promise<ExitCode> {
  const batchSize = countOf('--batch-size', options.batchSize) ?? 1;
  const listed = options.nodes === true ? nodesListed : countOf('--nodes', options.nodes);
  const { model, file, inputs, hint } = await open(options, workloads);
  if (hint !== null) stderr.write(`${hint}\n`);
  const shapes = inputs && batchedShapes(inputs, batchSize);
  const { path, bytes, sha256, weights, source, licence } = file;
  const about = { path, bytes, sha256, weights, source, licence, batchSize, shapes };
  const inspected: Inspected = { ...about, ...summariseModel(model, shapes) };
  if (options.html !== undefined) {
    await drawGraph(options, options.html, model, inspected);
    stderr.write(`The graph is drawn in ${options.html}\n`);
  }
  if (options.json === true) stdout.write(`${JSON.stringify(inspected, null, 2)}\n`);
  else {
    stdout.write(inspectedText(inspected));
    if (listed !== null) stdout.write(`\n${costliestNodes(inspected, listed)}`);
  }
  return 0;
}

async function drawGraph(
  { name }: ModelInspectOptions,
  file: string,
  model: OnnxModel,
  inspected: Inspected,
): Promise<void> {
  // The page's template is loaded only for whom it draws.
  const { renderGraphPage } = await import('../../report/graph-page/render-graph-page.ts');
  const { writePage } = await import('../../report/write-page.ts');
  const facts = inspectedLines({ ...inspected, path: basename(inspected.path) })
    .filter(([label]) => label !== '')
    .map(([label, value]) => ({ name: label, value }));
  await writePage(file, '--html', () => renderGraphPage({ title: basename(name), facts, model, summary: inspected }));
}

interface Opened {
  readonly model: OnnxModel;
  readonly file: PreparedModel;
  readonly inputs: readonly PreparedInput[] | null;
  /** What to give so that the inputs are known. */
  readonly hint: string | null;
}

async function open(options: ModelInspectOptions, workloads?: Registry<Workload>): Promise<Opened> {
  const { name, shape = [] } = options;
  const hub = workloads ?? (await registeredWorkloads(options));
  if (!hub.has(name) && (existsSync(name) || /[./\\]/.test(name))) return openFile(resolve(name), shape);
  const { model: file, inputs } = await hub.get(name).prepare(new WorkloadCache(cacheFolder()));
  const model = read(file.path);
  const given = shape.length === 0 ? inputs : resolveInputs(modelInputs(model), parseShapes(shape), name);
  return { model, file, inputs: given, hint: null };
}

async function openFile(path: string, shape: readonly string[]): Promise<Opened> {
  const model = read(path);
  try {
    const inputs = resolveInputs(modelInputs(model), parseShapes(shape), path);
    return { model, file: await ownModel(path, model, inputs), inputs, hint: null };
  } catch (error) {
    if (!(error instanceof InputError) || error.code !== 'MODEL_SHAPE_NEEDED') throw error;
    return { model, file: await ownModel(path, model, []), inputs: null, hint: errorText(error) };
  }
}

/** Shapes are told, and boxes drawn, node by node from the inputs on: the nodes are brought into that order. */
function read(path: string): OnnxModel {
  const model = readSoundModel(path);
  sortNodes(model.graph);
  return model;
}
