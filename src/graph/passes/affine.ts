import { floatAttribute, integerAttribute } from '../node-attributes.ts';
import type { NodeProto } from '../onnx_pb.ts';
import { operatorName } from '../operator-counts.ts';
import type { Linear } from './linear.ts';
import type { PassContext } from './pass.ts';
import type { Rewrite } from './rewrite.ts';

/** What a node does to each channel: x · scale + shift. */
export interface Affine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** BatchNormalization on `value` with constant statistics; null for other nodes. Before version 7, and in training, it has other outputs. */
export function batchNormalization(
  node: NodeProto,
  value: string,
  { channels }: Linear,
  rewrite: Rewrite,
  { opset }: PassContext,
): Affine | null {
  if (operatorName(node) !== 'BatchNormalization' || node.input[0] !== value || opset < 7) return null;
  if (integerAttribute(node, 'training_mode', 0) !== 0 || node.output.slice(1).some((name) => name !== '')) return null;
  // Version 7 can have statistics for each place of the picture.
  if (integerAttribute(node, 'spatial', 1) !== 1) return null;
  const [gamma, beta, mean, variance] = node.input.slice(1).map((name) => rewrite.constant(name));
  const parts = [gamma, beta, mean, variance];
  if (parts.some((part) => part?.type !== 'float32' || part.data.length !== channels)) return null;
  const epsilon = floatAttribute(node, 'epsilon', 1e-5);
  const at = (part: typeof gamma, channel: number) => Number(part?.data[channel] ?? 0);
  const scale = each(channels, (channel) => at(gamma, channel) / Math.sqrt(at(variance, channel) + epsilon));
  const shift = each(channels, (channel) => at(beta, channel) - at(mean, channel) * (scale[channel] ?? 0));
  return finite({ scale, shift });
}

/** Mul, Div, Add or Sub of `value` and a constant that has one number, or one for each channel; null for other nodes. */
export function scaleOrShift(node: NodeProto, value: string, linear: Linear, rewrite: Rewrite): Affine | null {
  const operator = operatorName(node);
  if (!['Add', 'Div', 'Mul', 'Sub'].includes(operator)) return null;
  const [left = '', right = ''] = node.input;
  const isLeft = left === value;
  const numbers = byChannel(isLeft ? right : left, linear, rewrite);
  if (numbers === null) return null;
  const { channels } = linear;
  const [ones, zeros] = [each(channels, () => 1), each(channels, () => 0)];
  switch (operator) {
    case 'Add':
      return finite({ scale: ones, shift: numbers });
    case 'Sub':
      return isLeft
        ? finite({ scale: ones, shift: numbers.map((number) => -number) })
        : finite({ scale: each(channels, () => -1), shift: numbers });
    case 'Mul':
      return finite({ scale: numbers, shift: zeros });
    default:
      // A constant divided by what was computed is not linear.
      return isLeft ? finite({ scale: numbers.map((number) => 1 / number), shift: zeros }) : null;
  }
}

/** A constant that does not vary but along axis 1 of an output of `rank` dimensions, and adds no dimension to it. */
function byChannel(name: string, { rank, channels }: Linear, rewrite: Rewrite): Float64Array | null {
  const dims = rewrite.constantTensor(name)?.dims.map(Number);
  if (dims === undefined || dims.length > rank || rewrite.constantType(name) !== 'float32') return null;
  const channelPlace = 1 - (rank - dims.length);
  if (!dims.every((size, place) => size === 1 || (place === channelPlace && size === channels))) return null;
  const data = rewrite.constant(name)?.data;
  if (data === undefined) return null;
  return each(channels, (channel) => Number(data[data.length === 1 ? 0 : channel] ?? 0));
}

function each(channels: number, number: (channel: number) => number): Float64Array {
  return Float64Array.from({ length: channels }, (_, channel) => number(channel));
}

/** Not where a division by 0 or a root of a negative number would get into the weights. */
function finite(affine: Affine): Affine | null {
  return affine.scale.every(Number.isFinite) && affine.shift.every(Number.isFinite) ? affine : null;
}
