import { bitsOf } from './element-type.ts';
import { inferTypes } from './infer-types.ts';
import { ValueInfoProtoSchema } from './onnx_pb.ts';
import { createMessage, type OnnxModel } from './onnx-message.ts';
import { packedLength } from './packed-elements.ts';
import type { Shape } from './shape-rule.ts';
import { inferShapes } from './shapes.ts';
import { elementCount } from './tensor-proto.ts';

/** Shapes and element types of the values of a model's main graph, for inputs of certain shapes. What could not be told is missing. */
export interface GraphValues {
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly types: ReadonlyMap<string, string>;
}

/** Bytes of a value as it is stored densely; null where its shape or type is not known. Strings have no size that is known. */
export function valueBytes({ shapes, types }: GraphValues, value: string): number | null {
  const shape = shapes.get(value);
  const type = types.get(value);
  const bits = type === undefined ? null : bitsOf(type);
  return shape === undefined || bits === null ? null : packedLength(elementCount(shape), bits);
}

/** A value as a run made it; the type as ONNX Runtime names it, such as `float32`. */
export interface ObservedValue {
  readonly shape: Shape;
  readonly type: string;
}

/**
 * Runs the model on inputs of the shapes in question and answers these values of it, as many as it can (sequences have no shape). Given in:
 * graph tools never run a model themselves. `withOutputs` makes the model that gives them out.
 */
export type ObserveValues = (values: readonly string[]) => Promise<ReadonlyMap<string, ObservedValue>>;

/** Shapes and types by the rules of the operators alone. */
export function inferValues(model: OnnxModel, inputShapes: Readonly<Record<string, Shape>>): GraphValues {
  return { shapes: inferShapes(model, inputShapes), types: inferTypes(model) };
}

/**
 * As `inferValues`; when a shape or type is missing, those values are observed in one run. A rule comes before what was observed: the shape
 * of data-dependent values (NonZero) is that of the run.
 */
export async function completeValues(
  model: OnnxModel,
  inputShapes: Readonly<Record<string, Shape>>,
  observe: ObserveValues,
): Promise<GraphValues> {
  const inferred = inferValues(model, inputShapes);
  const made = model.graph.node.flatMap(({ output }) => output).filter((name) => name !== '');
  const missing = made.filter((name) => !inferred.shapes.has(name) || !inferred.types.has(name));
  if (missing.length === 0) return inferred;

  const observed = [...(await observe(missing))];
  const shapes = new Map(observed.map(([name, { shape }]) => [name, shape]));
  const types = new Map(observed.map(([name, { type }]) => [name, type]));
  return { shapes: inferShapes(model, inputShapes, shapes), types: inferTypes(model, types) };
}

/** The model with these values as outputs besides its own. It shares everything but the list of outputs with the model, which stays as it is. */
export function withOutputs(model: OnnxModel, values: readonly string[]): OnnxModel {
  const given = new Set(model.graph.output.map(({ name }) => name));
  // Without a type: engines know what they make.
  const added = values.filter((name) => !given.has(name)).map((name) => createMessage(ValueInfoProtoSchema, { name }));
  return { ...model, graph: { ...model.graph, output: [...model.graph.output, ...added] } };
}
