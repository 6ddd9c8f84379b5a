import { Float, makeNode } from '../builder.ts';
import { clipBounds } from '../clip-bounds.ts';
import type { NodeProto } from '../onnx_pb.ts';
import { operatorName } from '../operator-counts.ts';
import { type Pass, type PassContext, passOverGraphs } from './pass.ts';
import type { Rewrite } from './rewrite.ts';

/**
 * Finds min(max(x + 3, 0), 6) / 6, the hard sigmoid, and x times that, the hard swish (Howard et al., "Searching for MobileNetV3", section 5.2),
 * as exporters spell them out, and puts HardSigmoid(x) and x · HardSigmoid(x) there: of four walks over the numbers two are left, and
 * none of them needs an operator that an engine may not have (HardSwish itself came with version 14, and is these two in ONNX Runtime).
 */
export const recogniseHardSwish: Pass = passOverGraphs(
  'hard-swish',
  'The parts of a hard sigmoid or hard swish become HardSigmoid, and a product with it.',
  (rewrite, context) => {
    for (const node of rewrite.graph.node) {
      const found = operatorName(node) === 'Clip' ? findHardSigmoid(node, rewrite, context) : null;
      if (found === null || [...found.inside].some((part) => rewrite.isTouched(part))) continue;
      const { x, last, inside, timesX } = found;
      const [output = ''] = last.output;
      const attributes = { alpha: new Float(1 / 6), beta: new Float(0.5) };
      const sigmoid = timesX ? rewrite.freshName(`${output}_HardSigmoid`) : output;
      const gate = makeNode('HardSigmoid', [x], [sigmoid], { name: timesX ? sigmoid : last.name, attributes });
      rewrite.replace(last, timesX ? [gate, makeNode('Mul', [x, sigmoid], [output], { name: last.name })] : [gate]);
      for (const gone of inside) if (gone !== last) rewrite.remove(gone);
      rewrite.note(last.name, `${inside.size} nodes are one hard ${timesX ? 'swish' : 'sigmoid'}`);
    }
  },
);

interface HardSigmoid {
  readonly x: string;
  readonly last: NodeProto;
  readonly inside: ReadonlySet<NodeProto>;
  /** Whether x is a factor, too: a hard swish. */
  readonly timesX: boolean;
}

/** From Clip on: the addition in front of it, and the division by 6 and the product with x behind it, in either order. */
function findHardSigmoid(clip: NodeProto, rewrite: Rewrite, context: PassContext): HardSigmoid | null {
  const { low, high } = clipBounds(clip, (name) =>
    rewrite.constantType(name) === 'float32' ? (rewrite.scalar(name)?.number ?? null) : null,
  );
  if (low !== 0 || high !== 6) return null;
  const sum = rewrite.index.producer(clip.input[0] ?? '');
  if (sum === null || operatorName(sum) !== 'Add') return null;
  const x = operandBeside(sum, 3, rewrite, context);
  if (x === null) return null;

  const first = followerOf(clip, x, rewrite, context);
  if (first === null) return null;
  const second = first.is === 'product' ? followerOf(first.node, x, rewrite, context) : null;
  if (first.is === 'product' && second?.is !== 'sixth') return null;
  const last = second?.node ?? first.node;
  const inside = new Set([sum, clip, first.node, last]);
  return rewrite.isClosed(inside, last) ? { x, last, inside, timesX: second !== null } : null;
}

/** What the only consumer of a node does with its output: takes a sixth of it, or multiplies it by x. */
function followerOf(
  node: NodeProto,
  x: string,
  rewrite: Rewrite,
  context: PassContext,
): { readonly node: NodeProto; readonly is: 'sixth' | 'product' } | null {
  const [value = ''] = node.output;
  const next = rewrite.onlyConsumer(value);
  if (next === null) return null;
  const operator = operatorName(next);
  if (operator === 'Mul' && next.input.includes(x)) return { node: next, is: 'product' };
  const isSixth =
    (operator === 'Mul' && operandBeside(next, 1 / 6, rewrite, context) === value) ||
    (operator === 'Div' && next.input[0] === value && operandBeside(next, 6, rewrite, context) === value);
  return isSixth ? { node: next, is: 'sixth' } : null;
}

/** The other operand of a node one of whose two is this number in 32 bits; null where it is not, or where it would add dimensions. */
function operandBeside(node: NodeProto, number: number, rewrite: Rewrite, { values }: PassContext): string | null {
  const place = node.input.findIndex((name) => {
    const scalar = rewrite.constantType(name) === 'float32' ? rewrite.scalar(name) : null;
    return scalar !== null && Math.fround(scalar.number) === Math.fround(number);
  });
  const [constant = '', other = ''] = [node.input[place], node.input[1 - place]];
  if (place === -1 || node.input.length !== 2) return null;
  const dimensions = rewrite.scalar(constant)?.rank ?? 0;
  return dimensions === 0 || dimensions <= (values.rank(other) ?? 0) ? other : null;
}
