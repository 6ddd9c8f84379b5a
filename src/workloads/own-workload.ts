import type { PostprocessSettings, PreprocessSettings } from '../engine/settings.ts';
import { readSoundModel } from '../graph/check-model.ts';
import { type ModelValue, modelInputs, modelOutputs } from '../graph/model-values.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import { InputError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';
import type { WorkloadCache } from './cache.ts';
import { generatedRanges } from './generated-ranges.ts';
import { packImageFolder } from './image-folder.ts';
import { type ChosenSizes, resolveInputs, shapeText } from './input-shapes.ts';
import { type NpyItems, npyItems } from './npy-folder.ts';
import { ownModel } from './own-model.ts';
import type { PreparedData, PreparedInput, PreparedModel, PreparedWorkload } from './prepared-workload.ts';

/** A workload of the user's own: a model, and what is fed to it. Paths are absolute. */
export interface OwnWorkload extends ChosenSizes {
  readonly name: string;
  readonly model: string;
  /** null: inputs are generated from the model's own metadata. */
  readonly data: OwnData | null;
  /** What int8 takes its ranges from; left out: `findCalibration` says what is taken then. */
  readonly calibration?: Omit<OwnData, 'labels'>;
  readonly preprocess: PreprocessSettings | null;
  readonly postprocess: PostprocessSettings;
  readonly metric: 'top1' | 'top5' | null;
}

export interface OwnData {
  readonly kind: 'images' | 'npy';
  readonly folder: string;
  /** For `npy` with several inputs: a folder for each input by name; empty for one input. */
  readonly inputs: Readonly<Record<string, string>>;
  /** A text file with a line `file-name class` for each item; null: no labels, no accuracy. */
  readonly labels: string | null;
}

/** Element types that can be fed. */
const feedable = new Set([
  'float32',
  'float64',
  'float16',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'bool',
]);

const generatedSeed = 1;
const generatedItems = 64;

/**
 * Makes a workload of the user's own ready: reads what the model says of its inputs, fixes their shapes (`resolveInputs`) and
 * finds or generates the data (`generatedRanges`). Throws `InputError` with what to do.
 */
export async function prepareOwnWorkload(definition: OwnWorkload, cache: WorkloadCache): Promise<PreparedWorkload> {
  const model = readSoundModel(definition.model);
  const values = modelInputs(model);
  checkInputs(values, definition.model);
  checkOutput(definition, model);
  checkMetric(definition);

  const { inputs, data } = await inputsAndData(definition, model, values, cache);
  return {
    name: definition.name,
    model: await modelOf(definition, model, inputs),
    inputs,
    data,
    chain: null,
    preprocess: data.kind === 'images' ? definition.preprocess : null,
    postprocess: definition.postprocess,
    metric: metricOf(definition, data),
  };
}

async function modelOf(
  { model: path, data, preprocess }: OwnWorkload,
  model: OnnxModel,
  inputs: readonly PreparedInput[],
): Promise<PreparedModel> {
  const record = await ownModel(path, model, inputs);
  const isDynamic = data?.kind === 'images' && preprocess?.resize.mode === 'dynamic';
  // The shapes are those of the largest item, and so would the multiply-adds be.
  return isDynamic ? { ...record, multiplyAdds: null } : record;
}

async function inputsAndData(
  definition: OwnWorkload,
  model: OnnxModel,
  values: readonly ModelValue[],
  cache: WorkloadCache,
): Promise<{ inputs: PreparedInput[]; data: PreparedData }> {
  const { data } = definition;
  if (data === null) {
    const inputs = resolveInputs(values, definition, definition.model);
    return {
      inputs,
      data: { kind: 'generated', seed: generatedSeed, items: generatedItems, ranges: generatedRanges(inputs, model) },
    };
  }
  if (data.kind === 'npy') {
    const items = npyItems(values, data.folder, data.inputs, data.labels);
    const shapes = { ...definition.shapes, ...npyShapes(values, items) };
    return { inputs: resolveInputs(values, { ...definition, shapes }, definition.model), data: items.data };
  }
  const shapes = { ...definition.shapes, ...imageShape(definition, values) };
  // Preprocessing makes three dimensions an item.
  const itemRanks = Object.fromEntries(values.map(({ name }) => [name, 3]));
  const inputs = resolveInputs(values, { ...definition, shapes }, definition.model, itemRanks);
  return {
    inputs,
    data: { kind: 'images', ...(await packImageFolder(data.folder, { labels: data.labels, truth: null }, cache)) },
  };
}

/** The arrays of an item have the shape of the model's input, or that without its first dimension, the batch. */
function npyShapes(values: readonly ModelValue[], { headers, data }: NpyItems): Record<string, readonly number[]> {
  const shapes: Record<string, readonly number[]> = {};
  for (const { name, shape } of values) {
    const dims = headers[name]?.dims ?? [];
    const item = shape !== null && dims.length === shape.length - 1 ? [1, ...dims] : dims;
    if (!fits(shape, item)) {
      throw new InputError(
        'NPY_INVALID',
        `${data.files[name]?.[0]}: the array is [${dims.join(', ')}], but input "${name}" of the model is ${shapeText(shape ?? [])}. Save one item a file, with or without a first dimension of 1.`,
      );
    }
    shapes[name] = item;
  }
  return shapes;
}

/** The shape that preprocessing makes: images feed the only input of a model. */
function imageShape(definition: OwnWorkload, values: readonly ModelValue[]): Record<string, readonly number[]> {
  const { preprocess, name } = definition;
  if (preprocess === null) {
    throw new InputError(
      'PREPROCESS_NEEDED',
      `Workload "${name}" feeds images: say in \`preprocess\` what size, colours and normalisation the model expects.`,
    );
  }
  const [only] = values;
  if (only === undefined || values.length > 1) {
    const inputs = values.map((value) => `${value.name} ${shapeText(value.shape ?? [])}`).join(', ');
    throw new InputError(
      'INPUTS_UNSUPPORTED',
      `Workload "${name}" feeds images, but the model has ${values.length} inputs (${inputs}). Feed it .npy arrays: \`data: { kind: npy, inputs: … }\`.`,
    );
  }
  const bytes = preprocess.normalize.kind === 'none' ? ['uint8'] : [];
  if (!['float32', ...bytes].includes(only.type)) {
    throw new InputError(
      'INPUTS_UNSUPPORTED',
      `Workload "${name}" feeds images as float32 (or, with \`normalize: { kind: none }\`, uint8), but input "${only.name}" takes ${only.type}. Feed it .npy arrays.`,
    );
  }
  const { width, height } = preprocess.resize;
  const channels = preprocess.color === 'gray' ? 1 : 3;
  const item = preprocess.layout === 'nchw' ? [channels, height, width] : [height, width, channels];
  const shape = only.shape?.length === item.length ? item : [1, ...item];
  if (!fits(only.shape, shape)) {
    throw new InputError(
      'PREPROCESS_MISMATCH',
      `Workload "${name}": \`preprocess\` makes ${preprocess.layout} [${shape.join(', ')}], but input "${only.name}" of the model is ${shapeText(only.shape ?? [])}. Set its width, height, color and layout to that.`,
    );
  }
  return { [only.name]: shape };
}

/** Whether a shape has the fixed dimensions of an input; one of unknown rank takes any. */
function fits(input: ModelValue['shape'], shape: readonly number[]): boolean {
  if (input === null) return true;
  return (
    input.length === shape.length &&
    input.every((dimension, axis) => typeof dimension !== 'number' || dimension === shape[axis])
  );
}

function checkInputs(values: readonly ModelValue[], model: string): void {
  for (const { name, type } of values) {
    if (feedable.has(type)) continue;
    throw new InputError(
      'MODEL_INPUT_UNSUPPORTED',
      `${model}: input "${name}" takes ${type}, which cannot be fed; tensors of numbers and booleans can. Export the model without it, for example with the tokenizer outside.`,
    );
  }
  if (values.length === 0) {
    throw new InputError(
      'MODEL_INPUT_UNSUPPORTED',
      `${model}: the model has no input, so that there is nothing to feed. Export it with its inputs.`,
    );
  }
}

function checkOutput({ model: path, postprocess }: OwnWorkload, model: OnnxModel): void {
  const outputs = modelOutputs(model);
  const names = outputs.map(({ name }) => name);
  for (const name of outputsRead(postprocess, names)) {
    const read = outputs.find((output) => output.name === name);
    if (read === undefined) {
      const near = nearest(name, names);
      throw new InputError(
        'OUTPUT_UNKNOWN',
        `${path}: no output is named "${name}".${near === null ? '' : ` Did you mean "${near}"?`} Outputs: ${names.join(', ')}.`,
      );
    }
    if (['float32', 'float64'].includes(read.type)) continue;
    throw new InputError(
      'OUTPUT_UNSUPPORTED',
      `${path}: \`postprocess: ${postprocess.kind}\` needs scores, but output "${name}" is ${read.type}. Name another output of ${names.join(', ')}.`,
    );
  }
}

/** Names of the outputs that a postprocessing reads, those that it takes by their position included. */
function outputsRead(postprocess: PostprocessSettings, names: readonly string[]): string[] {
  if (postprocess.kind === 'none') return [];
  const [first = '', second = first] = names;
  if (postprocess.kind === 'detect') return [postprocess.boxes ?? first, postprocess.scores ?? second];
  return [postprocess.output ?? first];
}

function checkMetric({ name, metric, data, postprocess }: OwnWorkload): void {
  if (metric === null) return;
  if (data === null || data.labels === null) {
    throw new InputError(
      'LABELS_NEEDED',
      `Workload "${name}" asks for \`metric: ${metric}\`, which needs labelled data: give \`data\` with \`labels\`.`,
    );
  }
  const needed = metric === 'top1' ? 1 : 5;
  if (postprocess.kind !== 'classify' || postprocess.topK < needed) {
    throw new InputError(
      'POSTPROCESS_NEEDED',
      `Workload "${name}" asks for \`metric: ${metric}\`, which needs \`postprocess: { kind: classify, top_k: ${needed} }\` or more.`,
    );
  }
}

function metricOf({ metric }: OwnWorkload, data: PreparedData): PreparedWorkload['metric'] {
  if (metric !== null) return { kind: metric };
  if (data.kind === 'generated' || data.labels === null)
    return { kind: null, code: 'NO_LABELS', need: 'labelled data and a metric' };
  return { kind: null, code: 'NO_METRIC', need: 'a metric in the workload, such as top1' };
}
