import { integerAttribute, integersAttribute } from './node-attributes.ts';
import { axisOf, type Rule, type Seen } from './shape-rule.ts';

/** Shapes of what takes parts of its input, or leaves out, adds and scales dimensions. Older versions have axes and bounds as attributes. */

export const gather: Rule = ({ node, shapes: [data, indices] }) => {
  if (!data || !indices) return null;
  const axis = axisOf(integerAttribute(node, 'axis', 0), data.length);
  return [...data.slice(0, axis), ...indices, ...data.slice(axis + 1)];
};

/** ReduceMean and the like: axes are an attribute or, in later versions, an input; left out, all. */
export const reduce: Rule = ({ node, shapes: [input], constant }) => {
  if (!input) return null;
  const given = integersAttribute(node, 'axes') ?? constant(1);
  if (given === null && node.input[1]) return null;
  if (!given?.length && integerAttribute(node, 'noop_with_empty_axes', 0) === 1) return input;
  const axes = new Set(
    (given?.length ? given : input.map((_, axis) => axis)).map((axis) => axisOf(axis, input.length)),
  );
  if (integerAttribute(node, 'keepdims', 1) === 1) return input.map((size, axis) => (axes.has(axis) ? 1 : size));
  return input.filter((_, axis) => !axes.has(axis));
};

/** Slice-1 has bounds and axes as attributes, Slice-10 as inputs, and steps. */
export const slice: Rule = (seen) => {
  const [input] = seen.shapes;
  const cuts = input ? cutsOf(seen, input.length) : null;
  if (!input || cuts === null) return null;
  const shape = [...input];
  for (const { axis, start, end, step } of cuts) shape[axis] = placeCount(input[axis] ?? 0, start, end, step);
  return shape;
};

export interface Cut {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** Along which axes a Slice cuts, and where; null where that depends on data. */
export function cutsOf({ node, shapes, constant }: Seen, rank: number): Cut[] | null {
  const given = (name: string, input: number): readonly number[] | null =>
    integersAttribute(node, name) ?? constant(input);
  const [starts, ends] = [given('starts', 1), given('ends', 2)];
  const axes = given('axes', 3) ?? (node.input[3] ? null : starts?.map((_, axis) => axis));
  const steps = constant(4) ?? (node.input[4] ? null : starts?.map(() => 1));
  if (!starts || !ends || !axes || !steps || shapes[0] === null || steps.includes(0)) return null;
  return starts.map((start, index) => ({
    axis: axisOf(axes[index] ?? 0, rank),
    start,
    end: ends[index] ?? 0,
    step: steps[index] ?? 1,
  }));
}

/** How many places of an axis of `size` a cut takes, of a step other than 0. Bounds count from the end when negative, and beyond it mean the end. */
export function placeCount(size: number, start: number, end: number, step: number): number {
  const [first, last] = boundsOf(size, start, end, step);
  return Math.max(0, Math.ceil((last - first) / step));
}

/** The places themselves; for a short axis. */
export function placesOf(size: number, start: number, end: number, step: number): number[] {
  const [first] = boundsOf(size, start, end, step);
  return Array.from({ length: placeCount(size, start, end, step) }, (_, index) => first + index * step);
}

function boundsOf(size: number, start: number, end: number, step: number): [number, number] {
  const [lowest, highest] = step > 0 ? [0, size] : [-1, size - 1];
  const bound = (value: number) => Math.min(highest, Math.max(lowest, value < 0 ? value + size : value));
  return [bound(start), bound(end)];
}

export const squeeze: Rule = ({ node, shapes: [input], constant }) => {
  if (!input) return null;
  const given = integersAttribute(node, 'axes') ?? constant(1);
  if (given === null) return node.input[1] ? null : input.filter((size) => size !== 1);
  const axes = new Set(given.map((axis) => axisOf(axis, input.length)));
  return input.filter((_, axis) => !axes.has(axis));
};

export const unsqueeze: Rule = ({ node, shapes: [input], constant }) => {
  const given = integersAttribute(node, 'axes') ?? constant(1);
  if (!input || given === null) return null;
  const axes = new Set(given.map((axis) => axisOf(axis, input.length + given.length)));
  const kept = input.values();
  return Array.from({ length: input.length + axes.size }, (_, axis) => (axes.has(axis) ? 1 : (kept.next().value ?? 0)));
};

/** Resize-10 and Upsample-9 have the scales as second input, Resize-11 as third and sizes as fourth; Upsample-7 as an attribute, in floats. */
export const resize: Rule = ({ node, shapes: [input], constant }) => {
  if (!input) return null;
  const sizes = constant(3);
  if (sizes?.length === input.length) return sizes;
  const scales = constant(2) ?? constant(1) ?? node.attribute.find(({ name }) => name === 'scales')?.floats;
  if (scales?.length !== input.length) return null;
  return input.map((size, axis) => Math.floor(size * (scales[axis] ?? 1)));
};

/** Shape-15 may take a part of the dimensions. */
export const shapeItself: Rule = ({ node, shapes: [input] }) => {
  if (!input) return null;
  return [input.slice(integerAttribute(node, 'start', 0), integerAttribute(node, 'end', input.length)).length];
};
