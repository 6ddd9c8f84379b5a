import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readSoundModel } from '../../graph/check-model.ts';
import { modelInputs } from '../../graph/model-values.ts';
import { readModel } from '../../graph/onnx-file.ts';
import type { OnnxModel } from '../../graph/onnx-message.ts';
import { type ModelSummary, summariseModel } from '../../graph/summary.ts';
import { cacheFolder } from '../../kernel/cache-folder.ts';
import { type ExitCode, errorText, InputError } from '../../kernel/errors.ts';
import type { Registry } from '../../kernel/registry.ts';
import { parseShapes } from '../../suite/model-suite.ts';
import { formatBytes, formatCount, formatPercent } from '../../units/format.ts';
import { WorkloadCache } from '../../workloads/cache.ts';
import { resolveInputs, shapeText } from '../../workloads/input-shapes.ts';
import { ownModel } from '../../workloads/own-model.ts';
import type { PreparedInput, PreparedModel } from '../../workloads/prepared-workload.ts';
import type { Workload } from '../../workloads/workload.ts';
import type { Streams } from '../streams.ts';
import { type ModelOptions, registeredWorkloads } from './model.ts';

export interface ModelInspectOptions extends ModelOptions {
  /** A workload of the hub, or the path of an ONNX file. */
  readonly name: string;
  readonly shape?: readonly string[];
}

interface Inspected extends ModelSummary, Pick<PreparedModel, 'path' | 'bytes' | 'sha256' | 'source' | 'licence'> {
  readonly weights: PreparedModel['weights'];
  /** Shape of each input with a batch of 1 that multiply-adds are counted for; null: dimensions are open. */
  readonly shapes: Readonly<Record<string, readonly number[]>> | null;
}

/**
 * `dyno model inspect`: what stands in a model of the hub (built first if need be) or in an ONNX file. Nothing is run. Dimensions that
 * are open and not given leave the multiply-adds unknown; what to give is then said on stderr.
 */
export async function modelInspectCommand(
  options: ModelInspectOptions,
  { stdout, stderr }: Streams,
  workloads?: Registry<Workload>,
): Promise<ExitCode> {
  const { model, file, inputs, hint } = await open(options, workloads);
  if (hint !== null) stderr.write(`${hint}\n`);
  const shapes = inputs && Object.fromEntries(inputs.map(({ name, itemShape }) => [name, itemShape]));
  const { path, bytes, sha256, weights, source, licence } = file;
  const inspected: Inspected = {
    path,
    bytes,
    sha256,
    weights,
    source,
    licence,
    shapes,
    ...summariseModel(model, shapes),
  };
  stdout.write(options.json === true ? `${JSON.stringify(inspected, null, 2)}\n` : describe(inspected));
  return 0;
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
  const workload = hub.get(name);
  if (shape.length > 0) {
    throw new InputError(
      'OPTION_CONFLICT',
      `--shape: expected the path of a model of your own with it, got "${name}", a workload of the hub, whose shapes are known. Leave it out.`,
    );
  }
  const { model: file, inputs } = await workload.prepare(new WorkloadCache(cacheFolder()));
  return { model: readModel(file.path), file, inputs, hint: null };
}

async function openFile(path: string, shape: readonly string[]): Promise<Opened> {
  const model = readSoundModel(path);
  try {
    const inputs = resolveInputs(modelInputs(model), parseShapes(shape), path);
    return { model, file: await ownModel(path, model, inputs), inputs, hint: null };
  } catch (error) {
    if (!(error instanceof InputError) || error.code !== 'MODEL_SHAPE_NEEDED') throw error;
    return { model, file: await ownModel(path, model, []), inputs: null, hint: errorText(error) };
  }
}

/** The model in lines of a name and a text. */
function describe(inspected: Inspected): string {
  const { parameters, multiplyAdds, reason, operators, shapes } = inspected;
  const value = ({ name, type, shape }: ModelSummary['inputs'][number]): string => {
    const fixed = shapes?.[name];
    const known = shape === null ? 'any shape' : shapeText(shape);
    return `${name}  ${type} ${known}${fixed === undefined || shape === null || shape.every((d) => typeof d === 'number') ? '' : `, counted as ${shapeText(fixed)}`}`;
  };
  const counted = multiplyAdds === null ? `unknown: ${reason}` : `${formatCount(multiplyAdds)} an item`;
  const lines: [string, string][] = [
    ['File', `${inspected.path} (${formatBytes(inspected.bytes)})`],
    ['SHA-256', inspected.sha256],
    ['Weights', [inspected.weights, inspected.source, inspected.licence].filter((part) => part !== null).join(', ')],
    ['Made by', inspected.producer ?? 'unknown'],
    ['Versions', `IR ${inspected.irVersion}, ${entries(inspected.opsets, ' ')}`],
    ...inspected.inputs.map((input): [string, string] => ['Input', value(input)]),
    ...inspected.outputs.map((output): [string, string] => ['Output', value(output)]),
    ['Parameters', formatCount(parameters)],
    ['Multiply-adds', counted],
    ...inspected.heaviest.map((node): [string, string] => [
      '',
      `${formatPercent(node.multiplyAdds / (multiplyAdds ?? 1)).padStart(6)}  ${node.operator} ${node.name}`,
    ]),
    ['Nodes', `${formatCount(inspected.nodes)}: ${entries(byCount(operators), ' × ')}`],
    [
      'Constants',
      inspected.constants
        .map(({ type, tensors, elements }) => `${formatCount(elements)} ${type} in ${formatCount(tensors)} tensors`)
        .join(', ') || 'none',
    ],
    ...(Object.keys(inspected.metadata).length === 0
      ? []
      : [['Metadata', entries(inspected.metadata, '=')] as [string, string]]),
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, text]) => `${name.padEnd(width)}  ${text}\n`).join('');
}

function byCount(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([, a], [, b]) => b - a));
}

function entries(record: Readonly<Record<string, string | number>>, between: string): string {
  return Object.entries(record)
    .map(([name, value]) => `${name}${between}${value}`)
    .join(', ');
}
