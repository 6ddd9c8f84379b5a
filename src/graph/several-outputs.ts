import { integerAttribute, integersAttribute } from './node-attributes.ts';
import { axisOf, type Seen, type Shape } from './shape-rule.ts';

/** The shapes of all outputs of a node, null for one that cannot be told. */
export type SeveralRule = (seen: Seen) => readonly (Shape | null)[];

/** Split-1 and Split-2 have the sizes as an attribute, Split-13 as an input, Split-18 `num_outputs`; without them, equal parts, the last one smaller. */
const split: SeveralRule = ({ node, shapes: [input], constant }) => {
  if (!input) return [];
  const axis = axisOf(integerAttribute(node, 'axis', 0), input.length);
  const total = input[axis] ?? 0;
  const part = Math.ceil(total / node.output.length);
  const equal = node.output.map((_, place) => Math.min(part, total - place * part));
  const sizes = integersAttribute(node, 'split') ?? (node.input[1] ? constant(1) : equal);
  return sizes === null ? [] : sizes.map((size) => input.with(axis, size));
};

/** TopK-1 has k as an attribute, later ones as an input: values and their places. */
const topK: SeveralRule = ({ node, shapes: [input], constant }) => {
  const k = constant(1)?.[0] ?? integerAttribute(node, 'k', -1);
  if (!input || k < 0) return [];
  const shape = input.with(axisOf(integerAttribute(node, 'axis', -1), input.length), k);
  return [shape, shape];
};

/** LSTM, GRU and RNN: all steps, the last one, and the last cell. R, the third input, is directions × gates · hidden × hidden. */
const recurrent: SeveralRule = ({ node, shapes: [input, , recurrence] }) => {
  if (input?.length !== 3 || recurrence?.length !== 3) return [];
  const isBatchFirst = integerAttribute(node, 'layout', 0) === 1;
  const [steps, batch] = isBatchFirst ? [input[1], input[0]] : [input[0], input[1]];
  const [directions, , hidden] = recurrence;
  if (steps === undefined || batch === undefined || directions === undefined || hidden === undefined) return [];
  const last = isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden];
  return [isBatchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden], last, last];
};

/** Quantised values, one scale, one zero point. */
const dynamicQuantize: SeveralRule = ({ shapes: [input] }) => [input ?? null, [], []];

/** Means and inverse deviations of LayerNormalization: 1 from `axis` on. */
const layerNormalization: SeveralRule = ({ node, shapes: [input] }) => {
  if (!input) return [];
  const axis = axisOf(integerAttribute(node, 'axis', -1), input.length);
  const statistics = input.map((size, place) => (place < axis ? size : 1));
  return [input, statistics, statistics];
};

/** The mask of Dropout is as the values. */
const dropout: SeveralRule = ({ shapes: [input] }) => [input ?? null, input ?? null];

/** Operators that have more than one output that matters; their first outputs, too, are ruled here. */
export const severalOutputs: ReadonlyMap<string, SeveralRule> = new Map([
  ['Split', split],
  ['TopK', topK],
  ['LSTM', recurrent],
  ['GRU', recurrent],
  ['RNN', recurrent],
  ['DynamicQuantizeLinear', dynamicQuantize],
  ['LayerNormalization', layerNormalization],
  ['Dropout', dropout],
]);
