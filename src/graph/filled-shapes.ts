import { integerAttribute, integersAttribute, textAttribute } from './node-attributes.ts';
import { axisOf, broadcastShapes, type Rule, type Shape } from './shape-rule.ts';

/** Shapes of what repeats, pads, picks or rearranges elements, as numbers in other inputs or attributes say. */

/** Expand-8: numpy's broadcasting with the shape that is asked for, so that 1 there keeps what is. */
export const expand: Rule = ({ shapes: [input], constant }) => {
  const wanted = constant(1);
  return input && wanted ? broadcastShapes(input, wanted) : null;
};

export const constantOfShape: Rule = ({ constant }) => constant(0);

export const tile: Rule = ({ shapes: [input], constant }) => {
  const repeats = constant(1);
  if (!input || repeats?.length !== input.length) return null;
  return input.map((size, axis) => size * (repeats[axis] ?? 1));
};

/** Pad-2 has the pads as an attribute, Pad-11 as an input, Pad-18 axes, too: all begins first, then all ends. */
export const pad: Rule = ({ node, shapes: [input], constant }) => {
  const pads = integersAttribute(node, 'pads') ?? constant(1);
  const axes = node.input[3] ? constant(3) : input?.map((_, axis) => axis);
  if (!input || !pads || !axes || pads.length !== 2 * axes.length) return null;
  const shape = [...input];
  for (const [place, axis] of axes.entries()) {
    const at = axisOf(axis, input.length);
    shape[at] = (shape[at] ?? 0) + (pads[place] ?? 0) + (pads[place + axes.length] ?? 0);
  }
  return shape;
};

/** Range-11: max(ceil((limit − start) / delta), 0) numbers. */
export const range: Rule = ({ constant }) => {
  const [[start], [limit], [delta]] = [constant(0) ?? [], constant(1) ?? [], constant(2) ?? []];
  if (start === undefined || limit === undefined || !delta) return null;
  return [Math.max(0, Math.ceil((limit - start) / delta))];
};

export const oneHot: Rule = ({ node, shapes: [indices], constant }) => {
  const [depth] = constant(1) ?? [];
  if (!indices || depth === undefined) return null;
  return indices.toSpliced(axisOf(integerAttribute(node, 'axis', -1), indices.length + 1), 0, depth);
};

export const asSecond: Rule = ({ shapes }) => shapes[1] ?? null;

/** GatherND-12: the last dimension of the indices counts how many leading dimensions of the data, behind the batch, a place names. */
export const gatherPlaces: Rule = ({ node, shapes: [data, indices] }) => {
  const named = indices?.at(-1);
  if (!data || !indices || named === undefined) return null;
  return [...indices.slice(0, -1), ...data.slice(integerAttribute(node, 'batch_dims', 0) + named)];
};

/** ArgMax and ArgMin: one axis, the first one where none is named. */
export const argument: Rule = ({ node, shapes: [input] }) => {
  if (!input) return null;
  const axis = axisOf(integerAttribute(node, 'axis', 0), input.length);
  return integerAttribute(node, 'keepdims', 1) === 1 ? input.with(axis, 1) : input.toSpliced(axis, 1);
};

/** Blocks of channels become pixels. */
export const depthToSpace: Rule = ({ node, shapes: [input] }) => {
  const block = integerAttribute(node, 'blocksize', 1);
  if (input?.length !== 4) return null;
  const [batch = 0, channels = 0, height = 0, width = 0] = input;
  return [batch, channels / block ** 2, height * block, width * block];
};

export const spaceToDepth: Rule = ({ node, shapes: [input] }) => {
  const block = integerAttribute(node, 'blocksize', 1);
  if (input?.length !== 4) return null;
  const [batch = 0, channels = 0, height = 0, width = 0] = input;
  return [batch, channels * block ** 2, height / block, width / block];
};

/** GridSample-16: batch and channels of the input, places of the grid, whose last dimension is the coordinate. */
export const gridSample: Rule = ({ shapes: [input, grid] }) =>
  input && grid ? [...input.slice(0, 2), ...grid.slice(1, -1)] : null;

/** Einsum-12 without an ellipsis: the sizes of the letters behind the arrow, or of those that stand once, in the order of the alphabet. */
export const einsum: Rule = ({ node, shapes }) => {
  const letters = einsumLetters(textAttribute(node, 'equation', ''), shapes);
  return letters?.output.map((letter) => letters.sizes.get(letter) ?? 0) ?? null;
};

/** The size that each letter of an Einsum stands for, and the letters of its output; null where they are not known. */
export function einsumLetters(
  equation: string,
  shapes: readonly (Shape | null)[],
): { readonly sizes: ReadonlyMap<string, number>; readonly output: readonly string[] } | null {
  const [left = '', right] = equation.replaceAll(' ', '').split('->');
  if (left.includes('.')) return null;
  const terms = left.split(',').map((term) => [...term]);
  const sizes = new Map<string, number>();
  for (const [place, term] of terms.entries()) {
    const shape = shapes[place];
    if (!shape || shape.length !== term.length) return null;
    for (const [axis, letter] of term.entries()) sizes.set(letter, Math.max(sizes.get(letter) ?? 1, shape[axis] ?? 0));
  }
  const all = terms.flat();
  const once = [...sizes.keys()].filter((letter) => all.indexOf(letter) === all.lastIndexOf(letter)).sort();
  return { sizes, output: right === undefined ? once : [...right] };
}
