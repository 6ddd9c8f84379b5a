import { Float, makeNode } from '../builder.ts';
import { integerAttribute, integersAttribute } from '../node-attributes.ts';
import type { NodeProto } from '../onnx_pb.ts';
import { operatorName } from '../operator-counts.ts';
import { axisOf } from '../shape-rule.ts';
import { type Pass, type PassContext, passOverGraphs } from './pass.ts';
import type { Rewrite } from './rewrite.ts';

/** What the parts of a normalisation say. */
interface Found {
  readonly input: string;
  /** The first of the axes that are normalised, counted from the end. */
  readonly axis: number;
  readonly epsilon: number;
  readonly scale: string;
  /** null: nothing is added. */
  readonly shift: string | null;
  /** The node that makes the result, and all nodes of the formula, it included. */
  readonly last: NodeProto;
  readonly inside: ReadonlySet<NodeProto>;
}

/**
 * Finds (x − mean) / √(mean of (x − mean)² + ε) · scale + shift over the last axes, from ReduceMean, Sub, Pow (or Mul), Add, Sqrt and Div as
 * frameworks export it, and puts LayerNormalization there (Ba et al., "Layer Normalization"; the operator came with version 17). Before,
 * ONNX Runtime has it all the same: `contrib` allows that. Scale and shift must be constants in the shape of the axes; where a part is used
 * elsewhere, all is left alone.
 */
export function recogniseLayerNormalization({ contrib }: { readonly contrib: boolean }): Pass {
  return passOverGraphs(
    'layer-normalization',
    'The parts of a layer normalisation become one operator.',
    (rewrite, context) => {
      if (context.opset < 17 && !contrib) return;
      for (const node of rewrite.graph.node) {
        const found = operatorName(node) === 'Div' ? findNormalization(node, rewrite, context) : null;
        if (found === null) continue;
        const { input, axis, epsilon, scale, shift, last, inside } = found;
        rewrite.replace(last, [
          makeNode(
            'LayerNormalization',
            shift === null ? [input, scale] : [input, scale, shift],
            [last.output[0] ?? ''],
            {
              name: last.name,
              attributes: { axis, epsilon: new Float(epsilon) },
            },
          ),
        ]);
        for (const gone of inside) if (gone !== last) rewrite.remove(gone);
        rewrite.note(last.name, `${inside.size} nodes are one LayerNormalization`);
      }
    },
  );
}

/** From the division on: upwards to x, and downwards to scale and shift. */
function findNormalization(division: NodeProto, rewrite: Rewrite, context: PassContext): Found | null {
  const [centred = '', deviation = ''] = division.input;
  const subtraction = producerOf(centred, ['Sub'], rewrite);
  const root = producerOf(deviation, ['Sqrt'], rewrite);
  const stabilised = producerOf(root?.input[0], ['Add'], rewrite);
  if (subtraction === null || root === null || stabilised === null) return null;
  const [input = '', average = ''] = subtraction.input;
  const mean = producerOf(average, ['ReduceMean'], rewrite);
  const sides = operandAndScalar(stabilised, rewrite);
  const variance = producerOf(sides?.operand, ['ReduceMean'], rewrite);
  const square = producerOf(variance?.input[0], ['Mul', 'Pow'], rewrite);
  if (sides === null || mean === null || variance === null || square === null || mean.input[0] !== input) return null;
  if (!isSquareOf(square, centred, rewrite)) return null;

  const axes = lastAxes(mean, input, rewrite, context);
  if (axes === null || axes !== lastAxes(variance, centred, rewrite, context)) return null;
  const scaling = rewrite.onlyConsumer(division.output[0] ?? '');
  const scale = scaling && operatorName(scaling) === 'Mul' ? otherOperand(scaling, division.output[0] ?? '') : null;
  if (scaling === null || scale === null || !fits(scale, input, axes, rewrite, context)) return null;
  const inner = [mean, subtraction, square, variance, stabilised, root, division];
  const shifting = rewrite.onlyConsumer(scaling.output[0] ?? '');
  const shift = shifting && operatorName(shifting) === 'Add' ? otherOperand(shifting, scaling.output[0] ?? '') : null;
  const isShifted = shift !== null && String(dims(shift, rewrite)) === String(dims(scale, rewrite));
  const inside = new Set(isShifted && shifting ? [...inner, scaling, shifting] : [...inner, scaling]);
  const last = isShifted && shifting ? shifting : scaling;
  const parts = { input, axis: -axes, epsilon: sides.scalar, scale, shift: isShifted ? shift : null, last, inside };
  return rewrite.isClosed(inside, last) ? parts : null;
}

/** The operand of a binary node that is no constant, and the number that is the other one. */
function operandAndScalar(node: NodeProto, rewrite: Rewrite): { operand: string; scalar: number } | null {
  for (const [place, name] of node.input.entries()) {
    const scalar = rewrite.scalar(name);
    // The variance has at least as many dimensions as there are axes, one.
    if (scalar !== null && scalar.rank <= 1) return { operand: node.input[1 - place] ?? '', scalar: scalar.number };
  }
  return null;
}

function isSquareOf(node: NodeProto, value: string, rewrite: Rewrite): boolean {
  const [left, right = ''] = node.input;
  if (left !== value) return false;
  if (operatorName(node) === 'Mul') return right === value;
  const exponent = rewrite.scalar(right);
  return exponent?.number === 2 && exponent.rank <= 1;
}

/** How many axes a ReduceMean takes together, if they are the last ones, in order, and stay as size 1; ReduceMean-18 has them as an input. */
function lastAxes(node: NodeProto, input: string, rewrite: Rewrite, { values }: PassContext): number | null {
  if (integerAttribute(node, 'keepdims', 1) !== 1) return null;
  const given =
    integersAttribute(node, 'axes') ?? Array.from(rewrite.constant(node.input[1] ?? '')?.data ?? [], Number);
  const rank = values.rank(input);
  if (given.length === 0 || (rank === null && given.some((axis) => axis >= 0))) return null;
  const fromEnd = given.map((axis) => (rank === null ? axis : axisOf(axis, rank) - rank)).sort((a, b) => a - b);
  return fromEnd.every((axis, place) => axis === place - given.length) ? given.length : null;
}

/**
 * Whether a constant has the shape of the last `axes` of the input. Where their sizes are not known, a constant with more than one element along
 * each tells them, since otherwise the product would not be the shape of the input.
 */
function fits(scale: string, input: string, axes: number, rewrite: Rewrite, { values }: PassContext): boolean {
  const size = dims(scale, rewrite);
  const known = values.shape(input)?.slice(-axes);
  if (size?.length !== axes) return false;
  return known === undefined ? size.every((length) => length > 1) : String(size) === String(known);
}

function dims(name: string, rewrite: Rewrite): readonly number[] | null {
  return rewrite.constantTensor(name)?.dims.map(Number) ?? null;
}

function otherOperand({ input: [left = '', right = ''] }: NodeProto, value: string): string {
  return left === value ? right : left;
}

function producerOf(value: string | undefined, operators: readonly string[], rewrite: Rewrite): NodeProto | null {
  const node = rewrite.index.producer(value ?? '');
  return node !== null && operators.includes(operatorName(node)) && !rewrite.isTouched(node) ? node : null;
}
