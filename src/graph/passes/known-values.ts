import { elementType } from '../element-type.ts';
import { modelInputs } from '../model-values.ts';
import { integerAttribute } from '../node-attributes.ts';
import type { OnnxModel } from '../onnx-message.ts';
import { operatorName } from '../operator-counts.ts';
import { inferShapes } from '../shapes.ts';

/** What can be told of the values of a graph without running it. Everything here holds for every input that the model accepts. */
export interface KnownValues {
  /** The shape, where it is the same for all inputs; null: not known, or dynamic. */
  shape(value: string): readonly number[] | null;
  /** Number of dimensions, dynamic ones included. */
  rank(value: string): number | null;
  /** Element type as ONNX Runtime names it, such as `float32`. */
  type(value: string): string | null;
  /** Whether two values have the same shape whatever the dynamic dimensions are, so that no broadcasting happens between them. */
  sameShape(a: string, b: string): boolean;
}

/** Of the values in a body, whose inputs are known only when it runs. */
export const nothingKnown: KnownValues = {
  shape: () => null,
  rank: () => null,
  type: () => null,
  sameShape: () => false,
};

/**
 * Sizes that stand for dynamic dimensions: each name gets another one, and each trial others. They are primes and far from each other,
 * so that two shapes that differ for some input do not happen to agree in both trials.
 */
const trialSizes = [
  [101, 211, 307, 401, 503],
  [641, 769, 887, 967, 1033],
] as const;

/**
 * The known values of a model, inferred when first asked for. They stay right while passes change the graph, as long as a name that
 * stays in it keeps its value; names that are added later are not known.
 */
export function knownValues(model: OnnxModel): KnownValues {
  let shapes: ReturnType<typeof shapesOf> | null = null;
  let types: ReadonlyMap<string, string> | null = null;
  const inferred = () => {
    shapes ??= shapesOf(model);
    return shapes;
  };
  return {
    shape: (value) => inferred().fixed.get(value) ?? null,
    rank(value) {
      const ranks = new Set(inferred().trials.map((trial) => trial.get(value)?.length));
      const [rank] = ranks;
      return ranks.size === 1 ? (rank ?? null) : null;
    },
    type(value) {
      types ??= typesOf(model);
      return types.get(value) ?? null;
    },
    sameShape: (a, b) =>
      inferred().trials.every((trial) => {
        const [left, right] = [trial.get(a), trial.get(b)];
        return left !== undefined && right !== undefined && String(left) === String(right);
      }),
  };
}

function shapesOf(model: OnnxModel) {
  const inputs = modelInputs(model);
  const names = new Map<string, number>();
  for (const { name, shape } of inputs) {
    for (const [axis, dimension] of shape?.entries() ?? []) {
      const key = dimension ?? `${name}:${axis}`;
      if (typeof key === 'string' && !names.has(key)) names.set(key, names.size);
    }
  }
  const withSizes = (sizes: readonly number[]) =>
    Object.fromEntries(
      inputs.flatMap(({ name, shape }): [string, number[]][] => {
        if (shape === null) return [];
        const filled = shape.map((dimension, axis) => {
          if (typeof dimension === 'number') return dimension;
          const place = names.get(dimension ?? `${name}:${axis}`) ?? 0;
          // More names than sizes: the later ones are larger, and still differ from all others.
          return (sizes[place % sizes.length] ?? 1) + 2000 * Math.floor(place / sizes.length);
        });
        return [[name, filled]];
      }),
    );
  const isFixed = ({ shape }: (typeof inputs)[number]) => shape?.every((dimension) => typeof dimension === 'number');
  const fixedInputs = inputs.flatMap((input): [string, number[]][] =>
    isFixed(input) ? [[input.name, (input.shape ?? []).map(Number)]] : [],
  );
  const fixed = inferShapes(model, Object.fromEntries(fixedInputs));
  return {
    fixed,
    trials: names.size === 0 ? [fixed] : trialSizes.map((sizes) => inferShapes(model, withSizes(sizes))),
  };
}

/** What the model itself says: of its inputs, outputs, constants, intermediate values where noted, and by the operators whose output has one type. */
function typesOf({ graph }: OnnxModel): Map<string, string> {
  const types = new Map<string, string>();
  for (const { name, type } of [...graph.valueInfo, ...graph.input, ...graph.output]) {
    if (type?.value.case === 'tensorType') types.set(name, elementType(type.value.value.elemType).name);
  }
  for (const { name, dataType } of graph.initializer) types.set(name, elementType(dataType).name);
  for (const node of graph.node) {
    const [output] = node.output;
    if (output === undefined) continue;
    const operator = operatorName(node);
    if (operator === 'Cast') types.set(output, elementType(integerAttribute(node, 'to', 0)).name);
    if (operator === 'Shape' || operator === 'Size') types.set(output, 'int64');
  }
  return types;
}
