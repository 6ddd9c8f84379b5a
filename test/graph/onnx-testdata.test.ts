import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { checkModel } from '../../src/graph/check-model.ts';
import { elementType } from '../../src/graph/element-type.ts';
import { inferTypes } from '../../src/graph/infer-types.ts';
import { modelInputs, modelOutputs } from '../../src/graph/model-values.ts';
import type { TensorProto } from '../../src/graph/onnx_pb.ts';
import { modelBytes, readModel } from '../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { inferShapes } from '../../src/graph/shapes.ts';
import { caseFiles, caseFolder, casesAreThere, caseTensors, isFilled } from './operator-cases/operator-case.ts';

test.skipIf(!casesAreThere)('every operator case of ONNX is sound, and is written as it was read, to the byte', () => {
  expect(caseFiles.length).toBeGreaterThan(1000);
  const unsupported = caseFiles.flatMap((file) => {
    const path = join(caseFolder, file);
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

test.skipIf(!casesAreThere)('shapes and types that are inferred are those of the outputs that ONNX expects', () => {
  const wrong: string[] = [];
  let told = 0;
  for (const file of caseFiles) {
    const model = readModel(join(caseFolder, file));
    const data = join(caseFolder, dirname(file), 'test_data_set_0');
    const given = caseTensors(data, 'input', model.graph.input);
    if (!given.every(isFilled)) continue;
    // Numbers that are fed, such as the shape for a Reshape, count as constants: else only what never looks at them could be told.
    const inputTypes = new Map(modelInputs(model).map((input) => [input.name, input.type]));
    for (const { name, tensor } of given) {
      const { name: type } = elementType(tensor.dataType);
      // Some old cases store floats of 16 bits as integers: those are no numbers.
      if (/int|bool/.test(type) && inputTypes.get(name) === type)
        model.graph.initializer.push(Object.assign(tensor, { name }));
    }
    const dims = (tensor: TensorProto) => tensor.dims.map(Number);
    const shapes = inferShapes(model, Object.fromEntries(given.map(({ name, tensor }) => [name, dims(tensor)])));
    const types = inferTypes(withoutNotes(model));
    const declared = new Map(modelOutputs(model).map((output) => [output.name, output.type]));
    for (const { name, tensor } of caseTensors(data, 'output', model.graph.output)) {
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

/** The model without what it notes of the types of its outputs, which is what is to be told. */
function withoutNotes(model: OnnxModel): OnnxModel {
  return { ...model, graph: { ...model.graph, valueInfo: [], output: [] } };
}
