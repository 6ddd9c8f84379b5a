import { elementType } from '../element-type.ts';
import { integerAttribute, integersAttribute } from '../node-attributes.ts';
import type { NodeProto } from '../onnx_pb.ts';
import { operatorName } from '../operator-counts.ts';
import { type PassContext, passOverGraphs } from './pass.ts';
import type { Rewrite } from './rewrite.ts';

/**
 * Takes away nodes whose output is their input: Identity, Dropout outside of training, Cast to the type that it has, Transpose to the order
 * that it has, arithmetic with 0 or 1, joining of one part, padding by nothing, and Reshape, Flatten and Expand to the shape that it has. x + 0 is among
 * them although it makes 0 of −0, as in all engines.
 *
 * Where the output is one of the graph, the node that makes the input takes its name instead; where that cannot be (the input is one of the
 * graph, too, or comes from outside), the node stays.
 */
export const identity = passOverGraphs(
  'identity',
  'Nodes whose output is their input are taken away.',
  (rewrite, context) => {
    const { graph, index } = rewrite;
    for (const node of graph.node) {
      const value = unchangedInput(node, rewrite, context);
      const [output] = node.output;
      if (value === null || output === undefined || node.output.slice(1).some((name) => index.uses(name) > 0)) continue;
      const source = rewrite.current(value);
      if (!index.isGraphOutput(output)) {
        if (!rewrite.canRedirect(output, source)) continue;
        rewrite.redirect(output, source);
      } else {
        // A source that is an output (or has become one) keeps its name, as has one that no node of this graph makes.
        if (index.producer(source) === null || index.isGraphOutput(source)) continue;
        if (!rewrite.canRedirect(source, output)) continue;
        rewrite.redirect(source, output);
      }
      rewrite.remove(node);
      rewrite.note(node.name, `${operatorName(node)} that changes nothing is gone`);
    }
  },
);

/** The input that comes out of a node as it went in; null where something happens to it, or it cannot be told. */
function unchangedInput(node: NodeProto, rewrite: Rewrite, context: PassContext): string | null {
  const rule = rules.get(operatorName(node));
  return rule?.(node, rewrite, context) ?? null;
}

type Rule = (node: NodeProto, rewrite: Rewrite, context: PassContext) => string | null;

const first: Rule = ({ input: [value] }) => value ?? null;

/** Dropout-12 has the training mode as an input, Dropout-7 knows none, before it was an attribute. */
const dropout: Rule = ({ input: [value, , training] }, rewrite, { opset }) => {
  if (value === undefined || opset < 7) return null;
  return opset < 12 || !training || rewrite.constant(training)?.data[0] === 0 ? value : null;
};

const cast: Rule = (node, _rewrite, { values }) => {
  const [value = ''] = node.input;
  return values.type(value) === elementType(integerAttribute(node, 'to', 0)).name ? value : null;
};

const transpose: Rule = (node) => {
  const order = integersAttribute(node, 'perm');
  return order?.every((axis, place) => axis === place) ? (node.input[0] ?? null) : null;
};

/** Arithmetic with a number that changes nothing, as the right or (`bothSides`) either operand. */
function neutral(number: number, bothSides: boolean): Rule {
  return ({ input: [left = '', right = ''] }, rewrite, { values }) => {
    const isNeutral = (operand: string, other: string) => {
      const scalar = rewrite.scalar(operand);
      // A number in more dimensions than the other operand would add dimensions.
      return scalar?.number === number && (scalar.rank === 0 || scalar.rank <= (values.rank(other) ?? 0));
    };
    if (isNeutral(right, left)) return left;
    return bothSides && isNeutral(left, right) ? right : null;
  };
}

const single: Rule = ({ input }) => (input.length === 1 ? (input[0] ?? null) : null);

/** Pad-11 has the widths as an input. */
const pad: Rule = (node, rewrite) => {
  const [value = '', widths = ''] = node.input;
  const given = integersAttribute(node, 'pads') ?? Array.from(rewrite.constant(widths)?.data ?? [], Number);
  return given.length > 0 && given.every((width) => width === 0) ? value : null;
};

/** The output's shape follows from the constants of the graph and the shape of the input: as static, both are in `values`. */
const sameStaticShape: Rule = ({ input: [value = ''], output: [output = ''] }, _rewrite, { values }) => {
  const [before, after] = [values.shape(value), values.shape(output)];
  return before !== null && after !== null && String(before) === String(after) ? value : null;
};

const rules = new Map<string, Rule>([
  ['Identity', first],
  ['Dropout', dropout],
  ['Cast', cast],
  ['Transpose', transpose],
  ['Add', neutral(0, true)],
  ['Sub', neutral(0, false)],
  ['Mul', neutral(1, true)],
  ['Div', neutral(1, false)],
  ...'Concat Max Mean Min Sum'.split(' ').map((name): [string, Rule] => [name, single]),
  ['Pad', pad],
  ...'Expand Flatten Reshape'.split(' ').map((name): [string, Rule] => [name, sameStaticShape]),
]);
