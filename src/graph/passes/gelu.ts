import { makeNode } from '../builder.ts';
import type { NodeProto } from '../onnx_pb.ts';
import { operatorName } from '../operator-counts.ts';
import { type Pass, passOverGraphs } from './pass.ts';
import { isClose, readPolynomial } from './polynomial.ts';
import { microsoft, requireDomain } from './require-domain.ts';
import type { Rewrite } from './rewrite.ts';

/** The two forms of GELU (Hendrycks and Gimpel, "Gaussian Error Linear Units"): of which function, and of what of x. */
const forms = [
  { operator: 'Erf', argument: { '1,0': Math.SQRT1_2 }, approximate: 'none', contrib: 'Gelu' },
  {
    operator: 'Tanh',
    argument: { '1,0': Math.sqrt(2 / Math.PI), '3,0': Math.sqrt(2 / Math.PI) * 0.044715 },
    approximate: 'tanh',
    contrib: 'FastGelu',
  },
] as const;

/** ½ x (1 + t), t the function above. */
const result = { '1,0': 0.5, '1,1': 0.5 };

/** Nodes between the function and the result: + 1, · x, · ½ in any order. */
const mostSteps = 3;

/**
 * Finds ½ x (1 + erf(x / √2)) and ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))), in whatever order the factors stand, and puts one operator there:
 * Gelu from version 20 of the standard operators on, before that `com.microsoft` Gelu or FastGelu if `contrib` allows. Where a part
 * of the formula is used elsewhere, too, it is left alone: it would be computed twice.
 */
export function recogniseGelu({ contrib }: { readonly contrib: boolean }): Pass {
  return passOverGraphs('gelu', 'The parts of a GELU become one operator.', (rewrite, { model, opset, values }) => {
    if (opset < 20 && !contrib) return;
    for (const node of rewrite.graph.node) {
      const form = forms.find(({ operator }) => operator === operatorName(node));
      const found = form === undefined ? null : findGelu(node, form.argument, rewrite, (value) => values.rank(value));
      if (form === undefined || found === null) continue;
      const { last, x, inside } = found;
      const [output = ''] = last.output;
      const name = last.name;
      rewrite.replace(last, [
        opset >= 20
          ? makeNode('Gelu', [x], [output], { name, attributes: { approximate: form.approximate } })
          : makeNode(form.contrib, [x], [output], { name, domain: microsoft }),
      ]);
      for (const gone of inside) if (gone !== last) rewrite.remove(gone);
      if (opset < 20) requireDomain(model, microsoft);
      rewrite.note(name, `${inside.size} nodes are one GELU (${form.operator.toLowerCase()})`);
    }
  });
}

function findGelu(
  node: NodeProto,
  argument: Readonly<Record<string, number>>,
  rewrite: Rewrite,
  rank: (value: string) => number | null,
): { readonly last: NodeProto; readonly x: string; readonly inside: ReadonlySet<NodeProto> } | null {
  const [from = ''] = node.input;
  const [t = ''] = node.output;
  for (const x of valuesUnder(from, rewrite)) {
    const inner = readPolynomial(from, { x, t: null }, rank(x), rewrite);
    if (inner === null || !isClose(inner.polynomial, argument)) continue;
    let last = rewrite.onlyConsumer(t);
    for (let step = 0; step < mostSteps && last !== null; step++) {
      const output = last.output[0] ?? '';
      const outer = readPolynomial(output, { x, t }, rank(x), rewrite);
      if (outer !== null && isClose(outer.polynomial, result)) {
        const inside = new Set([...inner.nodes, node, ...outer.nodes]);
        return rewrite.isClosed(inside, last) ? { last, x, inside } : null;
      }
      last = rewrite.onlyConsumer(output);
    }
  }
  return null;
}

/** The values from which a value is computed in a few steps, the nearest first: x is one of them. */
function valuesUnder(value: string, rewrite: Rewrite): Set<string> {
  const found = new Set([value]);
  for (const name of found) {
    if (found.size > 12) break;
    const producer = rewrite.index.producer(name);
    if (producer === null || !/^(Add|Div|Mul|Pow)$/.test(operatorName(producer))) continue;
    for (const input of producer.input) if (rewrite.scalar(input) === null) found.add(input);
  }
  return found;
}
