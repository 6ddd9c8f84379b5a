import type { ModelValue } from '../graph/model-values.ts';
import { InputError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';
import { exampleSize } from './example-size.ts';
import type { PreparedInput } from './prepared-workload.ts';

/** Sizes that the user chose for dynamic dimensions. */
export interface ChosenSizes {
  /** By the name that the model gives the dimension. */
  readonly dimensions: Readonly<Record<string, number>>;
  /** Whole shapes by the name of the input; 1 where the batch is. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

type Dimension = number | string | null;

interface ShapedInput {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly Dimension[];
  readonly batchAxis: number | null;
}

/** Names that exporters make up: they say nothing of what a dimension is. */
const saysNothing = /^(unk_.*|None|\?|.*dynamicdimension.*|dim_?\d+|[a-z]?\d+|.*_dynamic_axes_.*)$/i;
const saysBatch = /batch|^(n|b|bs|nb)$/i;
const saysOther = /seq|len|time|frame|token|step|sample|width|height|channel|box|point|past|^[tlhwc]$/i;

/**
 * Fixes every dimension of a model's inputs. Fixed ones stay, chosen ones are taken, and a dynamic dimension in front is the batch when
 *
 * 1. its name says so (`batch…`, `N`, `B`, `bs`), or
 * 2. its name says nothing of the kind (`unk__7`, none at all) nor of another (`sequence`, `width` …), and all inputs of two or
 *    more dimensions have the same one in front.
 *
 * A named batch is then found in other places, too (`state [2, batch, 128]`). An input without the batch is fed as it is with
 * every query. When no input has it, a fixed 1 in front counts as a batch of one, and a query holds one item; not so where the input
 * takes an item as it is, of `itemRanks` dimensions (a grey image [1, 8, 8] has one channel and no batch). All other dynamic
 * dimensions must be chosen, because they decide what is measured: `MODEL_SHAPE_NEEDED` says how. Throws `SHAPE_…` when a choice does
 * not fit the model.
 * @param itemRanks By the name of the input, how many dimensions the data of one item have, where that is known.
 */
export function resolveInputs(
  inputs: readonly ModelValue[],
  chosen: ChosenSizes,
  model: string,
  itemRanks: Readonly<Record<string, number>> = {},
): PreparedInput[] {
  checkNames(inputs, chosen, model);
  const ranked = inputs.map((input) => ({ ...input, shape: input.shape ?? unknownRank(input, chosen, model) }));
  const shaped = withBatch(ranked, itemRanks);
  const sizes = chosenSizes(shaped, chosen, model);

  const missing = shaped.filter(({ shape, ...input }) =>
    shape.some((dimension, axis) => sizeOf({ ...input, shape }, axis, dimension, sizes, chosen) === null),
  );
  if (missing.length > 0) throw shapeNeeded(missing, shaped, sizes, chosen, model);
  return shaped.map((input) => ({
    name: input.name,
    type: input.type,
    itemShape: input.shape.map((dimension, axis) => sizeOf(input, axis, dimension, sizes, chosen) ?? 1),
    batchAxis: input.batchAxis,
  }));
}

/** `[batch, 3, 48, width]`, as messages show shapes. */
export function shapeText(shape: readonly Dimension[]): string {
  return `[${shape.map((dimension) => dimension ?? '?').join(', ')}]`;
}

function withBatch(
  inputs: readonly (ModelValue & { readonly shape: readonly Dimension[] })[],
  itemRanks: Readonly<Record<string, number>>,
): ShapedInput[] {
  const batchNames = new Set<string>();
  for (const { shape } of inputs) {
    const [first] = shape;
    if (typeof first === 'string' && saysBatch.test(first)) batchNames.add(first);
  }
  const fronts = inputs.filter(({ shape }) => shape.length >= 2).map(({ shape }) => shape[0] ?? null);
  const [front] = fronts;
  const shared = front !== undefined && typeof front !== 'number' && fronts.every((other) => other === front);
  const saysOneThing = typeof front === 'string' && !saysNothing.test(front) && saysOther.test(front);
  const unnamed = shared && front === null;
  if (shared && front !== null && batchNames.size === 0 && !saysOneThing) batchNames.add(front);

  const batched = inputs.map(({ name, type, shape }) => {
    const named = shape.findIndex((dimension) => typeof dimension === 'string' && batchNames.has(dimension));
    const axis = named >= 0 ? named : unnamed && shape.length >= 2 ? 0 : null;
    return { name, type, shape, batchAxis: axis };
  });
  if (batched.some(({ batchAxis }) => batchAxis !== null)) return batched;
  return batched.map((input) => {
    const isOneItem = itemRanks[input.name] === input.shape.length;
    return { ...input, batchAxis: input.shape.length >= 2 && input.shape[0] === 1 && !isOneItem ? 0 : null };
  });
}

/** Sizes of named dimensions: those given by name, and those that a whole shape of some input implies. */
function chosenSizes(inputs: readonly ShapedInput[], chosen: ChosenSizes, model: string): Map<string, number> {
  const sizes = new Map<string, number>();
  const take = (dimension: string, size: number, where: string) => {
    const before = sizes.get(dimension);
    if (before !== undefined && before !== size) {
      throw new InputError(
        'SHAPE_CONFLICT',
        `${model}: dimension "${dimension}" is ${before} and, by ${where}, ${size}. Give one size.`,
      );
    }
    sizes.set(dimension, size);
  };
  for (const [name, size] of Object.entries(chosen.dimensions)) {
    checkSize(size, `${name}=${size}`, model);
    take(name, size, `${name}=${size}`);
  }
  for (const { name, shape, batchAxis } of inputs) {
    const given = chosen.shapes[name];
    if (given === undefined) continue;
    const where = `${name}:${given.join('x')}`;
    if (given.length !== shape.length) {
      throw new InputError(
        'SHAPE_MISMATCH',
        `${model}: input "${name}" is ${shapeText(shape)} (${shape.length} dimensions), but ${where} has ${given.length}.`,
      );
    }
    for (const [axis, size] of given.entries()) {
      checkSize(size, where, model);
      const dimension = shape[axis];
      if (typeof dimension === 'number' && dimension !== size) {
        throw new InputError(
          'SHAPE_MISMATCH',
          `${model}: dimension ${axis + 1} of input "${name}" ${shapeText(shape)} is fixed at ${dimension}, but ${where} says ${size}.`,
        );
      }
      if (axis === batchAxis) checkBatchIsOne(size, where, model);
      else if (typeof dimension === 'string') take(dimension, size, where);
    }
  }
  for (const { shape, batchAxis } of inputs) {
    const batch = batchAxis === null ? null : shape[batchAxis];
    if (typeof batch === 'string') checkBatchIsOne(sizes.get(batch) ?? 1, `${batch}=${sizes.get(batch)}`, model);
  }
  return sizes;
}

function sizeOf(
  input: ShapedInput,
  axis: number,
  dimension: Dimension,
  sizes: ReadonlyMap<string, number>,
  chosen: ChosenSizes,
): number | null {
  if (typeof dimension === 'number') return dimension;
  if (axis === input.batchAxis) return 1;
  return chosen.shapes[input.name]?.[axis] ?? (dimension === null ? null : (sizes.get(dimension) ?? null));
}

function checkNames(inputs: readonly ModelValue[], chosen: ChosenSizes, model: string): void {
  const names = inputs.map(({ name }) => name);
  for (const name of Object.keys(chosen.shapes)) {
    if (names.includes(name)) continue;
    throw new InputError(
      'SHAPE_UNKNOWN_INPUT',
      `${model}: no input is named "${name}".${didYouMean(name, names)} Inputs: ${listed(inputs)}.`,
    );
  }
  const dimensions = [
    ...new Set(inputs.flatMap(({ shape }) => shape ?? []).filter((dimension) => typeof dimension === 'string')),
  ];
  for (const name of Object.keys(chosen.dimensions)) {
    if (dimensions.includes(name)) continue;
    const known = dimensions.length === 0 ? 'The model names none' : `Named dimensions: ${dimensions.join(', ')}`;
    throw new InputError(
      'SHAPE_UNKNOWN_DIMENSION',
      `${model}: no dimension is named "${name}".${didYouMean(name, dimensions)} ${known}; inputs: ${listed(inputs)}. A whole shape is given as INPUT:1x3x224x224.`,
    );
  }
}

function unknownRank(input: ModelValue, chosen: ChosenSizes, model: string): Dimension[] {
  const given = chosen.shapes[input.name];
  if (given !== undefined) return [...given];
  throw new InputError(
    'MODEL_SHAPE_NEEDED',
    `${model}: the model does not say how many dimensions its input "${input.name}" has. Give the whole shape, such as --shape ${input.name}:1x3x224x224.`,
  );
}

function shapeNeeded(
  missing: readonly ShapedInput[],
  inputs: readonly ShapedInput[],
  sizes: ReadonlyMap<string, number>,
  chosen: ChosenSizes,
  model: string,
): InputError {
  const suggested = new Map<string, number>();
  const lines = missing.map((input) => {
    const shape = input.shape.map((dimension, axis) => {
      const known = sizeOf(input, axis, dimension, sizes, chosen);
      if (known !== null) return known;
      const size =
        (dimension === null ? undefined : suggested.get(String(dimension))) ?? exampleSize(input, axis, inputs);
      if (dimension !== null) suggested.set(String(dimension), size);
      return size;
    });
    return `--shape ${quoted(`${input.name}:${shape.join('x')}`)}`;
  });
  const dynamic = missing.map((input) => {
    const parts = input.shape.map((dimension, axis) =>
      axis === input.batchAxis ? `${dimension ?? '?'} (the batch)` : dimension,
    );
    return `"${input.name}" is ${shapeText(parts)}`;
  });
  const byName = [...suggested].map(([name, size]) => `--shape ${quoted(`${name}=${size}`)}`);
  const allNamed = missing.every(({ shape, batchAxis }) =>
    shape.every((dimension, axis) => dimension !== null || axis === batchAxis),
  );
  const alternative = allNamed ? `\nor by the names of the dimensions:\n  ${byName.join(' ')}` : '';
  return new InputError(
    'MODEL_SHAPE_NEEDED',
    `${model}: the model leaves dimensions open that decide what is measured: ${dynamic.join('; ')}. Choose them, for example:\n  ${lines.join(' ')}${alternative}\nIn a workload of a suite: \`shapes\` or \`dimensions\`. The sizes are examples: take those that you serve.`,
  );
}

function checkSize(size: number, where: string, model: string): void {
  if (Number.isSafeInteger(size) && size > 0) return;
  throw new InputError('SHAPE_INVALID', `${model}: ${where}: expected whole numbers above 0, got ${size}.`);
}

function checkBatchIsOne(size: number, where: string, model: string): void {
  if (size === 1) return;
  throw new InputError(
    'SHAPE_BATCH',
    `${model}: ${where} sets the batch to ${size}, but it is an axis of its own: give one item (1 there), and --batch-size ${size}.`,
  );
}

function listed(inputs: readonly ModelValue[]): string {
  return inputs.map(({ name, shape }) => `${name} ${shape === null ? '(any shape)' : shapeText(shape)}`).join(', ');
}

function didYouMean(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === null ? '' : ` Did you mean "${near}"?`;
}

/** In single quotes where a shell would take a character for its own. */
function quoted(argument: string): string {
  return /^[\w.:=/@+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
