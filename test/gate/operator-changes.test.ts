import { expect, test } from 'vitest';
import { isBeyondNoise, operatorChanges, type TakenNode, type TakenProfile } from '../../src/gate/operator-changes.ts';
import { operatorNotes, toldChanges } from '../../src/gate/operator-notes.ts';
import { fallbackWarnings } from '../../src/gate/processor-fallback.ts';

const node = (
  operator: string,
  name: string | null,
  seconds: number,
  provider: string | null = 'CPUExecutionProvider',
) => {
  const taken: TakenNode = { node: name, operator, provider, seconds, calls: 1 };
  return taken;
};
const profile = (...nodes: readonly TakenNode[]): TakenProfile => ({ nodes, isPartial: false });

/** Convolutions of 4 + 2 ms, a Relu of 1 ms; head's second convolution takes 5 ms. Profiles of one version differ by 0.2 ms in the first. */
const spread = [0, 1e-4, 2e-4];
const version = (second: number) =>
  spread.map((more) => profile(node('Conv', 'a', 4e-3 + more), node('Conv', 'b', second), node('Relu', 'r', 1e-3)));
const changes = operatorChanges(version(2e-3), version(5e-3));

test('operators are compared as wholes and node by node, by the medians of the profiles', () => {
  const conv = changes.find(({ operator, node: of }) => operator === 'Conv' && of === null);
  // Medians: 4.1 + 2 and 4.1 + 5 ms; of 7.1 and 10.1 ms.
  expect(conv?.base?.seconds).toBeCloseTo(6.1e-3, 12);
  expect(conv?.head?.seconds).toBeCloseTo(9.1e-3, 12);
  expect(conv?.base?.share).toBeCloseTo(6.1 / 7.1, 12);
  expect(conv?.head?.share).toBeCloseTo(9.1 / 10.1, 12);
  expect(conv?.difference).toBeCloseTo(3e-3, 12);
  expect(conv?.base).toMatchObject({ count: 2 });
  // 0.2 ms in each version.
  expect(conv?.noise).toBeCloseTo(4e-4, 12);
  const nodes = changes.filter((one) => one.node !== null);
  expect(nodes.map((one) => one.node)).toEqual(['b']);
});

test('a difference that profiles of one version reach is not told', () => {
  const within = operatorChanges(version(2e-3), version(2.3e-3));
  expect(within.find(({ operator }) => operator === 'Conv')?.difference).toBeCloseTo(3e-4, 12);
  expect(toldChanges(within, 'operators')).toEqual([]);
  expect(operatorNotes({ operators: within, warnings: [] })).toEqual([
    // The node alone is steady: all of its profiles are equal.
    'node b (Conv): +300 µs a query (2 ms to 2.3 ms, 28.2 % to 31.1 % of all kernels)',
  ]);
});

test('a difference of less than a hundredth of all kernels explains nothing', () => {
  const relu = (seconds: number) => [1, 2].map(() => profile(node('Conv', 'a', 0.1), node('Relu', 'r', seconds)));
  const small = operatorChanges(relu(1e-4), relu(9e-4));
  expect(small[0]).toMatchObject({ operator: 'Relu', noise: 0 });
  expect(operatorNotes({ operators: small, warnings: [] })).toEqual([
    'operators: the time of none differs by more than profiles of one version do',
  ]);
});

test('an operator that one version alone has is new or gone', () => {
  const base = [1, 2].map(() => profile(node('Gelu', null, 1e-3)));
  const head = [1, 2].map(() => profile(node('Erf', null, 3e-3)));
  const between = operatorChanges(base, head);
  expect(between.map(({ operator, base: before, head: after }) => [operator, before === null, after === null])).toEqual(
    [
      ['Erf', true, false],
      ['Gelu', false, true],
    ],
  );
  expect(operatorNotes({ operators: between, warnings: [] })).toEqual([
    'calls a query: Erf 0 to 1, Gelu 1 to 0',
    'operator Erf: +3 ms a query, new in head',
    'operator Gelu: −1 ms a query, gone from head',
  ]);
});

test('with one profile a version nothing is known of the noise, and nothing is told', () => {
  expect(operatorChanges(version(2e-3).slice(0, 1), version(5e-3))).toEqual([]);
});

test('equal versions under noise are told apart by few operators in a hundred', () => {
  // A linear congruential generator: the draws are the same wherever this runs.
  let state = 7;
  const uniform = () => {
    state = (1664525 * state + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const names = Array.from({ length: 1000 }, (_, index) => `op${index}`);
  const noisy = () =>
    [1, 2, 3].map(() => profile(...names.map((name) => node(name, null, 1e-3 * Math.exp(0.1 * normal())))));
  const wrong = operatorChanges(noisy(), noisy()).filter(isBeyondNoise).length;
  expect(wrong).toBeLessThan(30);
  expect(wrong).toBeGreaterThan(0);
});

const onDevice = (operator: string, provider: string) =>
  [1, 2].map(() => profile(node(operator, null, 1e-3, provider)));

test('an operator that moves from the device to the processor is a warning, however short it is', () => {
  const head = [1, 2].map(() =>
    profile(node('MatMul', null, 1e-3, 'CUDAExecutionProvider'), node('TopK', null, 1e-6, 'CPUExecutionProvider')),
  );
  const base = [1, 2].map(() =>
    profile(node('MatMul', null, 1e-3, 'CUDAExecutionProvider'), node('TopK', null, 1e-6, 'CUDAExecutionProvider')),
  );
  expect(fallbackWarnings(operatorChanges(base, head))).toEqual([
    'Head runs TopK on the processor (CPUExecutionProvider, 1 µs a query), in base on CUDAExecutionProvider: its data are copied to and fro',
  ]);
  expect(fallbackWarnings(operatorChanges(head, head))).toEqual([]);
  expect(fallbackWarnings(operatorChanges(head, base))).toEqual([]);
});

test('where base ran on the processor, so may head', () => {
  const base = onDevice('TopK', 'CPUExecutionProvider');
  expect(fallbackWarnings(operatorChanges(base, onDevice('Sort', 'CPUExecutionProvider')))).toEqual([]);
});
