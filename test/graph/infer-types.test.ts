import { expect, test } from 'vitest';
import { GraphBuilder, type NodeOptions } from '../../src/graph/builder.ts';
import { dataTypeOf } from '../../src/graph/element-type.ts';
import { inferTypes } from '../../src/graph/infer-types.ts';
import { makeTensor } from '../../src/graph/tensor-proto.ts';

/** Types of the outputs of one node whose inputs have these types. */
function typesAfter(operator: string, inputs: string[], options: NodeOptions = {}, outputs = ['y']) {
  const builder = new GraphBuilder('one');
  const names = inputs.map((type, place) => (type === '' ? '' : builder.input(`x${place}`, type, [1])));
  builder.node(operator, names, { outputs, ...options });
  const types = inferTypes(builder.model());
  return outputs.map((output) => types.get(output) ?? null);
}

test.each<[string, string[], NodeOptions, string[]]>([
  ['Add', ['float16', 'float16'], {}, ['float16']],
  ['Less', ['float32', 'float32'], {}, ['bool']],
  ['Where', ['bool', 'int64', 'int64'], {}, ['int64']],
  ['Shape', ['float32'], {}, ['int64']],
  ['Cast', ['float32'], { attributes: { to: dataTypeOf('bfloat16') } }, ['bfloat16']],
  ['CastLike', ['float32', 'float16'], {}, ['float16']],
  ['QuantizeLinear', ['float32', 'float32', 'int8'], {}, ['int8']],
  ['QuantizeLinear', ['float32', 'float32'], {}, ['uint8']],
  ['QuantizeLinear', ['float32', 'float32'], { attributes: { output_dtype: dataTypeOf('int4') } }, ['int4']],
  ['DequantizeLinear', ['int8', 'float16', 'int8'], {}, ['float16']],
  ['MatMulInteger', ['uint8', 'int8'], {}, ['int32']],
  ['QLinearMatMul', ['uint8', 'float32', 'uint8', 'int8', 'float32', 'int8', 'float32', 'uint8'], {}, ['uint8']],
  ['OneHot', ['int64', 'int64', 'float32'], {}, ['float32']],
  ['ConstantOfShape', ['int64'], {}, ['float32']],
  [
    'ConstantOfShape',
    ['int64'],
    { attributes: { value: makeTensor('v', 'int64', [1], BigInt64Array.of(1n)) } },
    ['int64'],
  ],
  ['Constant', [], { attributes: { value_ints: [1, 2] } }, ['int64']],
])('%s of %s', (operator, inputs, options, expected) => {
  expect(typesAfter(operator, inputs, options)).toEqual(expected);
});

test('further outputs have types of their own', () => {
  expect(typesAfter('TopK', ['float32', 'int64'], {}, ['v', 'i'])).toEqual(['float32', 'int64']);
  expect(typesAfter('DynamicQuantizeLinear', ['float32'], {}, ['q', 's', 'z'])).toEqual(['uint8', 'float32', 'uint8']);
});

test('what cannot be told is missing, unless the model notes it or it was observed', () => {
  const builder = new GraphBuilder('unknown');
  const x = builder.input('x', 'float32', [1]);
  const strange = builder.node('Strange', [x], { domain: 'acme', outputs: ['s'] });
  const noted = builder.node('Relu', [builder.node('Odd', [strange], { domain: 'acme', outputs: ['o'] })], {
    outputs: ['y'],
  });
  builder.output(noted, 'float16', [1]);
  const model = builder.model({ domains: { acme: 1 } });
  expect([...inferTypes(model)]).toEqual([
    ['x', 'float32'],
    ['y', 'float16'],
  ]);
  expect(inferTypes(model, new Map([['o', 'float32']])).get('y')).toBe('float32'); // a rule comes before what is noted
});
