import type { Tensors } from '../engine/backends/backend.ts';
import { dataTypeOf } from '../graph/element-type.ts';
import { ValueInfoProtoSchema } from '../graph/onnx_pb.ts';
import { modelBytes } from '../graph/onnx-file.ts';
import { createMessage, type OnnxModel } from '../graph/onnx-message.ts';
import type { Shape } from '../graph/shape-rule.ts';
import { inferShapes } from '../graph/shapes.ts';
import { elementCount } from '../graph/tensor-proto.ts';
import { DynoError, InputError } from '../kernel/errors.ts';
import type { Range } from './affine-quantization.ts';
import { ValueHistogram } from './value-histogram.ts';

/** A model that was loaded to be calibrated. */
export interface CalibrationSession {
  run(feeds: Tensors): Promise<Tensors>;
  dispose(): Promise<void>;
}

/** Loads a model from its bytes; whoever calibrates says with which engine. */
export type LoadForCalibration = (model: Uint8Array) => Promise<CalibrationSession>;

/** `min_max`: from the smallest to the largest value seen. `percentile`: the range that holds so many percent of all values seen. */
export type CalibrationMethod =
  | { readonly kind: 'min_max' }
  | { readonly kind: 'percentile'; readonly percent: number };

/** What a percentile means where nobody says otherwise, as in onnxruntime: one value in 100,000 is cut off. */
export const usualPercentile: CalibrationMethod = { kind: 'percentile', percent: 99.999 };

export interface CalibrationOptions {
  readonly method: CalibrationMethod;
  /** The feeds of one run after the other; gone through once for each group of values, and the same each time. */
  readonly feeds: () => AsyncIterable<Tensors> | Iterable<Tensors>;
  /** How much the values of one group may take in one run, as far as their size is known beforehand. Default 256 MiB. */
  readonly groupBytes?: number;
}

const usualGroupBytes = 256 * 1024 * 1024;

/**
 * The ranges of float values inside of a model, from runs on sample data. Values stream by: of each, what is kept is its range and, for
 * percentiles, a histogram of 32 kB. To bound what one run returns, the values are taken in groups, each with a pass over the data.
 * @throws InputError `CALIBRATION_EMPTY` without data, `CALIBRATION_NOT_FINITE` when a value is NaN or infinite.
 */
export async function calibrate(
  model: OnnxModel,
  values: readonly string[],
  load: LoadForCalibration,
  options: CalibrationOptions,
): Promise<Map<string, Range>> {
  const ranges = new Map<string, Range>();
  for (const group of groupsOf(values, await sizesOf(model, options), options.groupBytes ?? usualGroupBytes)) {
    const observers = new Map(group.map((name) => [name, new ValueObserver(name, options.method)]));
    const session = await load(bytesWithOutputs(model, group));
    try {
      for await (const feeds of options.feeds()) {
        const outputs = await session.run(feeds);
        for (const [name, observer] of observers) observer.add((outputs[name] ?? feeds[name])?.data);
      }
    } finally {
      await session.dispose();
    }
    for (const [name, observer] of observers) ranges.set(name, observer.range());
  }
  return ranges;
}

/** Follows one value through all runs. */
class ValueObserver {
  readonly #name: string;
  /** null: the smallest and largest value will do. */
  readonly #histogram: ValueHistogram | null;
  readonly #percent: number;
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;

  constructor(name: string, method: CalibrationMethod) {
    this.#name = name;
    this.#histogram = method.kind === 'percentile' ? new ValueHistogram() : null;
    this.#percent = method.kind === 'percentile' ? method.percent : 100;
  }

  add(data: unknown): void {
    if (!(data instanceof Float32Array)) {
      throw new DynoError(
        'CALIBRATION_TYPE',
        `Expected 32-bit floats for "${this.#name}", got ${data?.constructor.name ?? 'nothing'}.`,
      );
    }
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of data) {
      if (value < low) low = value;
      if (value > high) high = value;
      // NaN compares with nothing: it is looked for on its own.
      if (Number.isNaN(value)) throw this.#notFinite(value);
    }
    if (data.length === 0) return;
    if (low === Number.NEGATIVE_INFINITY) throw this.#notFinite(low);
    if (high === Number.POSITIVE_INFINITY) throw this.#notFinite(high);
    this.#low = Math.min(this.#low, low);
    this.#high = Math.max(this.#high, high);
    this.#histogram?.add(data, { low, high });
  }

  range(): Range {
    if (this.#low > this.#high) {
      throw new InputError(
        'CALIBRATION_EMPTY',
        `Expected data to calibrate with, but "${this.#name}" had no value in any run. Give at least one item; 100 to 500 are usual.`,
      );
    }
    return this.#histogram?.percentileRange(this.#percent) ?? { low: this.#low, high: this.#high };
  }

  #notFinite(value: number): InputError {
    return new InputError(
      'CALIBRATION_NOT_FINITE',
      `Expected finite values to calibrate with, but "${this.#name}" has ${value}. Check the data and their preprocessing, or leave the nodes around this value in floats.`,
    );
  }
}

/** Bytes of the values whose shape follows from the feeds of the first run; null where it does not. */
async function sizesOf(model: OnnxModel, { feeds }: CalibrationOptions): Promise<(name: string) => number | null> {
  for await (const first of feeds()) {
    const shapes: Record<string, Shape> = {};
    for (const [name, { dims }] of Object.entries(first)) shapes[name] = dims;
    const inferred = inferShapes(model, shapes);
    return (name) => {
      const shape = inferred.get(name);
      return shape === undefined ? null : 4 * elementCount(shape);
    };
  }
  throw new InputError('CALIBRATION_EMPTY', 'Expected data to calibrate with, got none. 100 to 500 items are usual.');
}

/** One of unknown size counts as an eighth of a group. */
function groupsOf(values: readonly string[], bytesOf: (name: string) => number | null, limit: number): string[][] {
  const groups: string[][] = [];
  let filled = Number.POSITIVE_INFINITY;
  for (const name of values) {
    const bytes = bytesOf(name) ?? limit / 8;
    if (filled + bytes > limit) {
      groups.push([]);
      filled = 0;
    }
    groups.at(-1)?.push(name);
    filled += bytes;
  }
  return groups;
}

/** The model with these values as its only outputs. The model itself is as it was when this returns. Inputs need not be outputs. */
function bytesWithOutputs(model: OnnxModel, values: readonly string[]): Uint8Array {
  const { graph } = model;
  const kept = graph.output;
  const inputs = new Set(graph.input.map(({ name }) => name));
  const wanted = values.filter((name) => !inputs.has(name));
  const type = { value: { case: 'tensorType' as const, value: { elemType: dataTypeOf('float32') } } };
  try {
    // A graph has to have an output: where only inputs are looked at, its own.
    if (wanted.length > 0) graph.output = wanted.map((name) => createMessage(ValueInfoProtoSchema, { name, type }));
    return modelBytes(model);
  } finally {
    graph.output = kept;
  }
}
