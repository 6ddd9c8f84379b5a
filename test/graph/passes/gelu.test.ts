import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/graph/builder.ts';
import { textAttribute } from '../../../src/graph/node-attributes.ts';
import { recogniseGelu } from '../../../src/graph/passes/gelu.ts';
import { apply } from './apply.ts';

/** What a formula of x is written with: operators that take values, or numbers as constants. */
class Formula {
  readonly graph = new GraphBuilder('gelu');
  readonly x: string;
  #count = 0;

  constructor() {
    // x itself comes out of an addition, as behind a dense layer: the search must not look through it.
    const input = this.graph.input('input', 'float32', ['batch', 4]);
    this.x = this.graph.node('Add', [input, this.#constant(3)], { outputs: ['x'] });
  }

  do(operator: string, ...operands: (string | number)[]): string {
    const inputs = operands.map((operand) => (typeof operand === 'number' ? this.#constant(operand) : operand));
    return this.graph.node(operator, inputs, { outputs: [`${operator}${++this.#count}`] });
  }

  #constant(value: number): string {
    return this.graph.constant(`c${++this.#count}`, 'float32', [], Float32Array.of(value));
  }
}

type Write = (formula: Formula) => string;

async function recognised(write: Write, { opset = 20, contrib = false, shown = '' } = {}) {
  const formula = new Formula();
  const result = write(formula);
  formula.graph.output(result, 'float32', ['batch', 4]);
  for (const name of formula.graph
    .graph()
    .node.flatMap(({ output }) => output)
    .filter((name) => shown !== '' && name.startsWith(shown))) {
    formula.graph.output(name, 'float32', ['batch', 4]);
  }
  const model = formula.graph.model({ opset });
  const { nodes, changes } = await apply(model, recogniseGelu({ contrib }));
  // The first one makes x.
  return { nodes: nodes.slice(1), changes, result, model };
}

const erf: Write = (f) => f.do('Mul', f.do('Mul', f.x, f.do('Add', f.do('Erf', f.do('Div', f.x, Math.SQRT2)), 1)), 0.5);

const root = Math.sqrt(2 / Math.PI);
const cubed: Write = (f) => f.do('Mul', f.do('Add', f.x, f.do('Mul', f.do('Pow', f.x, 3), 0.044715)), root);
const tanh: Write = (f) => f.do('Mul', f.do('Mul', 0.5, f.x), f.do('Add', 1, f.do('Tanh', cubed(f))));

test.each<[string, Write, string]>([
  ['erf, as PyTorch writes it', erf, 'none'],
  [
    'erf, halved first',
    (f) => f.do('Mul', f.do('Mul', f.x, 0.5), f.do('Add', 1, f.do('Erf', f.do('Mul', f.x, Math.SQRT1_2)))),
    'none',
  ],
  [
    'erf, halved before the product with x, its root rounded',
    (f) =>
      f.do(
        'Mul',
        f.do('Mul', f.do('Add', f.do('Erf', f.do('Div', f.x, Math.round(Math.SQRT2 * 1e4) / 1e4)), 1), 0.5),
        f.x,
      ),
    'none',
  ],
  ['tanh', tanh, 'tanh'],
  [
    'tanh, x³ as products and x taken out',
    (f) => {
      const square = f.do('Mul', f.x, f.x);
      const inner = f.do('Mul', f.do('Mul', f.x, root), f.do('Add', f.do('Mul', square, 0.044715), 1));
      return f.do('Mul', f.do('Mul', f.x, 0.5), f.do('Add', f.do('Tanh', inner), 1));
    },
    'tanh',
  ],
])('GELU with %s becomes one node', async (_what, write, approximate) => {
  const { nodes, changes, result, model } = await recognised(write);
  expect(nodes).toEqual([`${result} = Gelu(x)`]);
  const [, gelu] = model.graph.node;
  expect(gelu && textAttribute(gelu, 'approximate', '')).toBe(approximate);
  expect(changes).toHaveLength(1);
});

test('before version 20 it is left alone, or becomes an operator of ONNX Runtime where that is allowed', async () => {
  expect((await recognised(erf, { opset: 19 })).changes).toEqual([]);
  const { nodes, result, model } = await recognised(erf, { opset: 13, contrib: true });
  expect(nodes).toEqual([`${result} = com.microsoft:Gelu(x)`]);
  expect(model.opsetImport.map(({ domain, version }) => [domain, Number(version)])).toEqual([
    ['', 13],
    ['com.microsoft', 1],
  ]);
  const fast = await recognised(tanh, { opset: 13, contrib: true });
  expect(fast.nodes).toEqual([`${fast.result} = com.microsoft:FastGelu(x)`]);
});

test.each<[string, Write]>([
  ['another divisor', (f) => f.do('Mul', f.do('Mul', f.x, f.do('Add', f.do('Erf', f.do('Div', f.x, 1.5)), 1)), 0.5)],
  [
    'another factor',
    (f) => f.do('Mul', f.do('Mul', f.x, f.do('Add', f.do('Erf', f.do('Div', f.x, Math.SQRT2)), 1)), 0.6),
  ],
  ['no factor', (f) => f.do('Mul', f.x, f.do('Add', f.do('Erf', f.do('Div', f.x, Math.SQRT2)), 1))],
  ['1 − erf', (f) => f.do('Mul', f.do('Mul', f.x, f.do('Sub', 1, f.do('Erf', f.do('Div', f.x, Math.SQRT2)))), 0.5)],
  [
    'erf squared',
    (f) => {
      const t = f.do('Erf', f.do('Div', f.x, Math.SQRT2));
      return f.do('Mul', f.do('Mul', f.x, f.do('Add', f.do('Mul', t, t), 1)), 0.5);
    },
  ],
  [
    'another value in the place of x',
    (f) => f.do('Mul', f.do('Mul', 'input', f.do('Add', f.do('Erf', f.do('Div', f.x, Math.SQRT2)), 1)), 0.5),
  ],
  [
    'a part that is used elsewhere',
    (f) => {
      const t = f.do('Erf', f.do('Div', f.x, Math.SQRT2));
      return f.do('Add', f.do('Mul', f.do('Mul', f.x, f.do('Add', t, 1)), 0.5), t);
    },
  ],
])('a formula with %s is none', async (_what, write) => {
  expect((await recognised(write)).changes).toEqual([]);
});

test('a GELU of which a part is an output of the graph is left alone', async () => {
  expect((await recognised(erf, { shown: 'Erf' })).changes).toEqual([]);
});
