import type { Tensor, Tensors } from '../engine/backends/backend.ts';
import { dataTypeOf } from '../graph/element-type.ts';
import { encodeInParts } from '../graph/encode-parts.ts';
import { ValueInfoProtoSchema } from '../graph/onnx_pb.ts';
import { createMessage, type OnnxModel } from '../graph/onnx-message.ts';
import type { Shape } from '../graph/shape-rule.ts';
import { inferShapes } from '../graph/shapes.ts';
import { elementCount } from '../graph/tensor-proto.ts';
import { InputError } from '../kernel/errors.ts';

/** A model that was loaded to be calibrated. */
export interface CalibrationSession {
  run(feeds: Tensors): Promise<Tensors>;
  dispose(): Promise<void>;
}

/** Loads a model from its bytes, in parts that follow each other; whoever calibrates says with which engine. */
export type LoadForCalibration = (model: readonly Uint8Array[]) => Promise<CalibrationSession>;

/** Sample data, and how much of what they make of a model is looked at in one go. */
export interface SampleRuns {
  /** The feeds of one run after the other; gone through once for each group of values, and the same each time. */
  readonly feeds: () => AsyncIterable<Tensors> | Iterable<Tensors>;
  /** How much the values of one group may take in one run, as far as their size is known beforehand. Default 256 MiB. */
  readonly groupBytes?: number;
}

const usualGroupBytes = 256 * 1024 * 1024;

/**
 * Runs a model on sample data and shows every one of these float32 values of each run to `see`; nothing is kept. To bound what one run
 * returns, the values are taken in groups, each with a pass over the data. What is no output of the run nor one of its feeds is shown as
 * undefined. The model is as it was when this returns.
 * @throws InputError `CALIBRATION_EMPTY` without data.
 */
export async function watchValues(
  model: OnnxModel,
  values: readonly string[],
  load: LoadForCalibration,
  runs: SampleRuns,
  see: (name: string, value: Tensor | undefined) => void,
): Promise<void> {
  for (const group of groupsOf(values, await sizesOf(model, runs), runs.groupBytes ?? usualGroupBytes)) {
    const session = await load(partsWithOutputs(model, group));
    try {
      for await (const feeds of runs.feeds()) {
        const outputs = await session.run(feeds);
        for (const name of group) see(name, outputs[name] ?? feeds[name]);
      }
    } finally {
      await session.dispose();
    }
  }
}

/** Bytes of the values whose shape follows from the feeds of the first run; null where it does not. */
async function sizesOf(model: OnnxModel, { feeds }: SampleRuns): Promise<(name: string) => number | null> {
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
function partsWithOutputs(model: OnnxModel, values: readonly string[]): readonly Uint8Array[] {
  const { graph } = model;
  const kept = graph.output;
  const inputs = new Set(graph.input.map(({ name }) => name));
  const wanted = values.filter((name) => !inputs.has(name));
  const type = { value: { case: 'tensorType' as const, value: { elemType: dataTypeOf('float32') } } };
  try {
    // A graph has to have an output: where only inputs are looked at, its own.
    if (wanted.length > 0) graph.output = wanted.map((name) => createMessage(ValueInfoProtoSchema, { name, type }));
    return encodeInParts(model);
  } finally {
    graph.output = kept;
  }
}
