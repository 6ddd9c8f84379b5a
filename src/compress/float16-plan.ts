import { bodiesOf, outerUses } from '../graph/bodies.ts';
import { GraphIndex } from '../graph/graph-index.ts';
import { inferTypes } from '../graph/infer-types.ts';
import type { NodeProto } from '../graph/onnx_pb.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import { operatorName } from '../graph/operator-counts.ts';
import { FloatConstants } from './float-constants.ts';
import { Float16Fit } from './float16-fit.ts';
import { type Float32Reason, looksAtShapeOnly, reasonOfOperator } from './float16-operators.ts';
import { exclusions, type PlanOptions } from './quantization-plan.ts';
import { type LoadForCalibration, type SampleRuns, watchValues } from './watch-values.ts';

export interface Float16PlanOptions extends PlanOptions {
  /** Runs the model in 32 bits on sample data, so that nodes whose numbers do not fit stay there; null: operators and constants alone decide. */
  readonly samples: (SampleRuns & { readonly load: LoadForCalibration }) | null;
  /** Folder of the files of external data; default null: there are none. */
  readonly folder?: string | null;
  /** Signal to noise that rounding must leave of every constant and value. Default 20 dB; numbers above 2⁻¹⁴ have about 74. */
  readonly leastDecibels?: number;
}

/** What becomes of a node that has to do with floats. */
export interface Float16Decision {
  readonly node: string;
  readonly operator: string;
  readonly becomes: 'float16' | 'float32';
  /** null where it becomes float16. */
  readonly reason: Float32Reason | null;
}

export interface Float16Plan {
  readonly converted: ReadonlySet<NodeProto>;
  readonly decisions: readonly Float16Decision[];
  readonly constants: FloatConstants;
  /** Element types of the values before, as far as they can be told. */
  readonly types: ReadonlyMap<string, string>;
  /** Signal to noise of the worst value or constant of a converted node when rounded; infinite where nothing is; null: none was looked at. */
  readonly worstDecibels: number | null;
  /** Whether the model was run on the samples: not where no value of a candidate is made of them. */
  readonly isSampled: boolean;
}

const usualLeastDecibels = 20;

/**
 * Decides which nodes of the main graph compute in 16-bit floats. A value that does not fit keeps the node that makes it and the nodes that
 * use it in 32 bits: a sum that is computed in 32 bits and handed on in 16 is infinite all the same.
 * @throws InputError `NODE_UNKNOWN` as `planQuantization`, and those of `watchValues`.
 */
export async function planFloat16(model: OnnxModel, options: Float16PlanOptions): Promise<Float16Plan> {
  const excluded = exclusions(model, options);
  const { graph } = model;
  const types = inferTypes(model);
  const constants = new FloatConstants(graph, options.folder ?? null);
  const origins = new Origins(model);
  const least = options.leastDecibels ?? usualLeastDecibels;
  const isFloat = (name: string) => types.get(name) === 'float32';
  const fits = new Map<string, Float16Fit>();

  const reasons = new Map<NodeProto, Float32Reason | null>();
  for (const node of graph.node) {
    const names = [...node.input, ...outerUses(node), ...node.output].filter((name) => name !== '');
    if (operatorName(node) === 'Constant' || looksAtShapeOnly(node)) continue;
    if (!names.some((name) => isFloat(name) || !types.has(name))) continue;
    const reason =
      (excluded(node) ? 'EXCLUDED' : reasonOfOperator(node)) ??
      (names.every((name) => types.has(name)) ? null : 'TYPE_UNKNOWN') ??
      (origins.isShapeArithmetic(node) ? 'SHAPE_ARITHMETIC' : null);
    reasons.set(node, reason ?? constantReason(node, constants, least, fits));
  }

  let isSampled = false;
  if (options.samples !== null) {
    const candidates = [...reasons].flatMap(([node, reason]) => (reason === null ? [node] : []));
    const watched = valuesOf(model, candidates).filter((name) => isFloat(name) && !constants.has(name));
    for (const name of watched) fits.set(name, new Float16Fit());
    isSampled = watched.length > 0;
    await watchValues(model, watched, options.samples.load, options.samples, (name, value) => {
      if (value?.data instanceof Float32Array) fits.get(name)?.add(value.data);
    });
    for (const node of candidates) reasons.set(node, valueReason(node, fits, constants, least));
  }

  const decisions = [...reasons].map(
    ([node, reason]): Float16Decision => ({
      node: node.name,
      operator: operatorName(node),
      becomes: reason === null ? 'float16' : 'float32',
      reason,
    }),
  );
  const converted = new Set([...reasons].flatMap(([node, reason]) => (reason === null ? [node] : [])));
  const rounded = [...converted].flatMap(({ input, output }) => [...input, ...output]);
  const decibels = [...new Set(rounded)].flatMap((name) => fits.get(name)?.decibels ?? []);
  return {
    converted,
    decisions,
    constants,
    types,
    worstDecibels: decibels.length === 0 ? null : Math.min(...decibels),
    isSampled,
  };
}

/** Operators whose constants beyond the range stand for something without end, such as the −3.4 · 10³⁸ of attention masks: they are clamped. */
const takesClamped = new Set(['Add', 'Sub', 'Mul', 'Where', 'Clip', 'Min', 'Max', 'Pad']);

/**
 * A constant that would be noise keeps its node in 32 bits, and so does one beyond the range that is a number like others: a variance of 10⁷ in
 * the text detector of PP-OCRv4, clamped, cost a fifth of the lines.
 */
function constantReason(
  node: NodeProto,
  constants: FloatConstants,
  least: number,
  fits: Map<string, Float16Fit>,
): Float32Reason | null {
  let isFit = true;
  for (const name of node.input) {
    const values = fits.has(name) ? null : constants.read(name)?.values;
    if (values != null) {
      const fit = new Float16Fit();
      fit.add(values);
      fits.set(name, fit);
    }
    if (!constants.has(name)) continue;
    if (fits.get(name)?.isInRange === false && !takesClamped.has(operatorName(node))) return 'OUT_OF_RANGE';
    if ((fits.get(name)?.decibels ?? 0) < least) isFit = false;
  }
  return isFit ? null : 'CONSTANT_TOO_NOISY';
}

function valueReason(
  node: NodeProto,
  fits: ReadonlyMap<string, Float16Fit>,
  constants: FloatConstants,
  least: number,
): Float32Reason | null {
  const values = [...node.input, ...node.output].filter((name) => !constants.has(name));
  const own = values.flatMap((name) => fits.get(name) ?? []);
  if (own.some(({ isInRange }) => !isInRange)) return 'OUT_OF_RANGE';
  if (own.some(({ decibels }) => decibels < least)) return 'TOO_NOISY';
  return own.some(({ hasInexactIntegers }) => hasInexactIntegers) ? 'INTEGERS_INEXACT' : null;
}

/** What these nodes take and make, each once; outputs only where something uses them, for others need not even be made. */
function valuesOf({ graph }: OnnxModel, nodes: readonly NodeProto[]): string[] {
  const index = new GraphIndex(graph);
  return [
    ...new Set(nodes.flatMap(({ input, output }) => [...input, ...output.filter((name) => index.uses(name) > 0)])),
  ];
}

/** What the values of a graph depend on. */
class Origins {
  readonly #origins = new Map<string, 'constant' | 'shape' | 'data'>();

  constructor({ graph }: OnnxModel) {
    for (const { name } of graph.initializer) this.#origins.set(name, 'constant');
    // Behind the initialisers: one that is an input, too, may be overridden.
    for (const { name } of graph.input) this.#origins.set(name, 'data');
    for (const node of graph.node) {
      const origin = looksAtShapeOnly(node) ? 'shape' : bodiesOf(node).length > 0 ? 'data' : this.#of(node.input);
      for (const name of node.output) this.#origins.set(name, origin);
    }
  }

  /**
   * Whether a node computes on shapes of values and constants alone: sizes for a Resize or the places of a grid. They become integers again, which
   * must not be off by one, and are few.
   */
  isShapeArithmetic(node: NodeProto): boolean {
    return this.#of(node.input) === 'shape';
  }

  #of(names: readonly string[]): 'constant' | 'shape' | 'data' {
    const origins = new Set(names.filter((name) => name !== '').map((name) => this.#origins.get(name) ?? 'data'));
    if (origins.has('data')) return 'data';
    return origins.has('shape') ? 'shape' : 'constant';
  }
}
