import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { checkModel } from '../../src/graph/check-model.ts';
import { elementType } from '../../src/graph/element-type.ts';
import { inferTypes } from '../../src/graph/infer-types.ts';
import { modelInputs, modelOutputs } from '../../src/graph/model-values.ts';
import { type TensorProto, TensorProtoSchema, type ValueInfoProto } from '../../src/graph/onnx_pb.ts';
import { modelBytes, readModel } from '../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { inferShapes } from '../../src/graph/shapes.ts';

/**
 * The operator cases of ONNX, as Debian's package libonnx-testdata installs them or as they are unpacked elsewhere:
 * `apt-get download libonnx-testdata && dpkg-deb -x libonnx-testdata_*.deb DIR`, then `ONNX_TESTDATA=DIR/usr/share/libonnx-testdata/data`.
 */
const folder = process.env.ONNX_TESTDATA ?? '/usr/share/libonnx-testdata/data';
const isThere = existsSync(folder);
const files = isThere
  ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.onnx'))
  : [];

test.skipIf(!isThere)('every operator case of ONNX is sound, and is written as it was read, to the byte', () => {
  expect(files.length).toBeGreaterThan(1000);
  const unsupported = files.flatMap((file) => {
    const path = join(folder, file);
    try {
      const model = readModel(path);
      const problems = checkModel(model, dirname(path)).map(({ where, problem }) => `${file}: ${where}: ${problem}`);
      const isSame = Buffer.compare(modelBytes(model), readFileSync(path)) === 0;
      return isSame ? problems : [...problems, `${file}: other bytes`];
    } catch (error) {
      return [`${file}: ${String(error)}`];
    }
  });
  expect(unsupported).toEqual([]);
});

test.skipIf(!isThere)('shapes and types that are inferred are those of the outputs that ONNX expects', () => {
  const wrong: string[] = [];
  let told = 0;
  for (const file of files) {
    const model = readModel(join(folder, file));
    const data = join(folder, dirname(file), 'test_data_set_0');
    const given = new Map(tensors(data, 'input', model.graph.input));
    if (![...given.values()].every(isFilled)) continue;
    // Numbers that are fed, such as the shape for a Reshape, count as constants: else only what never looks at them could be told.
    const inputTypes = new Map(modelInputs(model).map((input) => [input.name, input.type]));
    for (const [name, tensor] of given) {
      const { name: type } = elementType(tensor.dataType);
      // Some old cases store floats of 16 bits as integers: those are no numbers.
      if (/int|bool/.test(type) && inputTypes.get(name) === type) model.graph.initializer.push({ ...tensor, name });
    }
    const dims = (tensor: TensorProto) => tensor.dims.map(Number);
    const shapes = inferShapes(model, Object.fromEntries([...given].map(([name, tensor]) => [name, dims(tensor)])));
    const types = inferTypes(withoutNotes(model));
    const declared = new Map(modelOutputs(model).map((output) => [output.name, output.type]));
    for (const [name, tensor] of tensors(data, 'output', model.graph.output)) {
      const shape = shapes.get(name);
      const type = types.get(name);
      if (shape !== undefined) told += 1;
      if (shape !== undefined && String(shape) !== String(dims(tensor))) {
        wrong.push(`${file}: ${name} is [${dims(tensor)}], not [${shape}]`);
      }
      // What the model declares: the data of some old cases are stored as another type.
      const expected = declared.get(name);
      if (type !== undefined && type !== expected) wrong.push(`${file}: ${name} is ${expected}, not ${type}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(told).toBeGreaterThan(900);
});

/** The tensors of a case, by the names of the inputs or outputs that they are for; sequences and the like are left out. */
function tensors(data: string, kind: 'input' | 'output', values: readonly ValueInfoProto[]): [string, TensorProto][] {
  return values.flatMap(({ name, type }, place): [string, TensorProto][] => {
    const path = join(data, `${kind}_${place}.pb`);
    if (type?.value.case !== 'tensorType' || !existsSync(path)) return [];
    return [[name, fromBinary(TensorProtoSchema, readFileSync(path))]];
  });
}

/** An empty file stands for an optional input without a value. */
function isFilled(tensor: TensorProto): boolean {
  return tensor.dataType !== 0;
}

/** The model without what it notes of the types of its outputs, which is what is to be told. */
function withoutNotes(model: OnnxModel): OnnxModel {
  return { ...model, graph: { ...model.graph, valueInfo: [], output: [] } };
}
