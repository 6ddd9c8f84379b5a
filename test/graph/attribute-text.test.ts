import { expect, test } from 'vitest';
import { attributeText } from '../../src/graph/attribute-text.ts';
import { type Attribute, Float, makeNode } from '../../src/graph/builder.ts';
import { makeTensor } from '../../src/graph/tensor-proto.ts';

function text(value: Attribute): string {
  const [attribute] = makeNode('Any', [], [], { attributes: { value } }).attribute;
  if (attribute === undefined) throw new Error('The node has no attribute.');
  return attributeText(attribute);
}

test.each<[Attribute, string]>([
  [0, '0'],
  [-3, '-3'],
  [new Float(0), '0'],
  [new Float(1e-5), '0.00001'],
  ['SAME_UPPER', 'SAME_UPPER'],
  [[1, 2, 3], '[1, 2, 3]'],
  [[new Float(0.5), new Float(2)], '[0.5, 2]'],
])('the attribute %j reads %s', (value, expected) => {
  expect(text(value)).toBe(expected);
});

test('a float of 32 bits is told with the digits that it has, not with those of 64', () => {
  expect(text(new Float(Math.fround(0.1)))).toBe('0.1');
});

test('long lists and texts are cut and say how long they are; tensors are told by their size', () => {
  expect(text(Array.from({ length: 40 }, (_, index) => index))).toMatch(/^\[0, 1, .*, 31, … 40 in all\]$/);
  expect(text('x'.repeat(500))).toBe(`${'x'.repeat(200)}…`);
  expect(text(makeTensor('', 'float32', [2, 3], new Float32Array(6)))).toBe('float32 [2, 3]');
});
