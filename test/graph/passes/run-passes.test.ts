import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/graph/builder.ts';
import type { Pass } from '../../../src/graph/passes/pass.ts';
import { runPasses } from '../../../src/graph/passes/run-passes.ts';
import { standardPasses } from '../../../src/graph/passes/standard-passes.ts';
import { nodesOf } from './apply.ts';

function chain(length: number) {
  const graph = new GraphBuilder('chain');
  let x = graph.input('x', 'float32', [1]);
  for (let place = 0; place < length; place++) x = graph.node('Neg', [x], { outputs: [`n${place}`] });
  graph.output(x, 'float32', [1]);
  return graph.model();
}

/** Takes one node a round, so that it needs as many rounds as there are nodes. */
const takeOne: Pass = {
  name: 'take-one',
  description: 'Takes the last node away.',
  async run(graph) {
    const gone = graph.node.pop();
    return gone === undefined ? [] : [{ pass: 'take-one', node: gone.name, what: 'taken' }];
  },
};

const idle: Pass = { name: 'idle', description: 'Does nothing.', run: async () => [] };

test('passes run until a whole round changes nothing', async () => {
  const report = await runPasses(chain(3), [idle, takeOne]);
  expect(report).toMatchObject({
    rounds: 4,
    isSettled: true,
    nodes: { before: 3, after: 0 },
    counts: { idle: 0, 'take-one': 3 },
  });
  expect(report.changes.map(({ node }) => node)).toEqual(['Neg3', 'Neg2', 'Neg1']);
});

test('at the bound they stop, and the report says that there is more to do', async () => {
  const model = chain(3);
  const report = await runPasses(model, [takeOne], { bound: 2 });
  expect(report).toMatchObject({ rounds: 2, isSettled: false, nodes: { before: 3, after: 1 } });
  expect(nodesOf(model)).toEqual(['n0 = Neg(x)']);
});

test('a bound below one round is refused', async () => {
  await expect(runPasses(chain(1), [], { bound: 0 })).rejects.toThrow('Expected a bound of 1 round or more, got 0.');
});

test('a model that does not say which version of the operators it means is refused', async () => {
  const model = chain(1);
  for (const entry of model.opsetImport) entry.domain = 'example';
  await expect(runPasses(model, [idle])).rejects.toMatchObject({ code: 'MODEL_INVALID', exitCode: 3 });
});

test('a second run of the standard passes finds nothing', async () => {
  const graph = new GraphBuilder('twice');
  const x = graph.input('x', 'float32', ['batch', 2]);
  const one = graph.constant('one', 'float32', [], Float32Array.of(1));
  const kept = graph.node('Tanh', [graph.node('Mul', [graph.node('Identity', [x]), one])], { outputs: ['y'] });
  graph.node('Neg', [kept]);
  graph.output(kept, 'float32', ['batch', 2]);
  const model = graph.model();
  expect((await runPasses(model, standardPasses({ contrib: true }))).changes.length).toBeGreaterThan(0);
  expect(nodesOf(model)).toEqual(['y = Tanh(x)']);
  expect(await runPasses(model, standardPasses({ contrib: true }))).toMatchObject({ rounds: 1, changes: [] });
});

test('a chain of 10,000 nodes that do nothing goes in one round', async () => {
  const graph = new GraphBuilder('long');
  let x = graph.node('Neg', [graph.input('x', 'float32', [1])], { outputs: ['n'] });
  for (let place = 0; place < 10_000; place++) x = graph.node('Identity', [x]);
  graph.output(graph.node('Abs', [x], { outputs: ['y'] }), 'float32', [1]);
  const model = graph.model();
  // The second round finds that nothing is left.
  expect(await runPasses(model, standardPasses({ contrib: false }))).toMatchObject({ rounds: 2, isSettled: true });
  expect(nodesOf(model)).toEqual(['n = Neg(x)', 'y = Abs(n)']);
});

test('a model without any standard operator needs no version of them', async () => {
  const graph = new GraphBuilder('foreign');
  const x = graph.input('x', 'float32', [1]);
  graph.node('Dead', [x], { domain: 'acme', name: 'dead' });
  graph.output(graph.node('Binarizer', [x], { domain: 'ai.onnx.ml', outputs: ['y'] }), 'float32', [1]);
  const model = graph.model({ domains: { 'ai.onnx.ml': 1, acme: 1 } });
  model.opsetImport = model.opsetImport.filter(({ domain }) => domain !== '');
  await runPasses(model, standardPasses({ contrib: false }));
  expect(nodesOf(model)).toEqual(['y = ai.onnx.ml:Binarizer(x)']);
});
