import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { elementType } from '../../../src/graph/element-type.ts';
import { modelInputs } from '../../../src/graph/model-values.ts';
import { type TensorProto, TensorProtoSchema, type ValueInfoProto } from '../../../src/graph/onnx_pb.ts';
import { readModel } from '../../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../../src/graph/onnx-message.ts';
import { readStrings, readTensor } from '../../../src/graph/tensor-proto.ts';
import type { EngineTensor } from './crashable-engine.ts';

/**
 * The operator cases of ONNX, as Debian's package libonnx-testdata installs them or as they are unpacked elsewhere:
 * `apt-get download libonnx-testdata && dpkg-deb -x libonnx-testdata_*.deb DIR`, then `ONNX_TESTDATA=DIR/usr/share/libonnx-testdata/data`.
 */
export const caseFolder = process.env.ONNX_TESTDATA ?? '/usr/share/libonnx-testdata/data';

export const casesAreThere = existsSync(caseFolder);

/** The model files of all cases, relative to `caseFolder`. */
export const caseFiles: readonly string[] = casesAreThere
  ? readdirSync(caseFolder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.onnx'))
  : [];

export interface OperatorCase {
  readonly bytes: Uint8Array;
  readonly feeds: readonly EngineTensor[];
  readonly expected: readonly EngineTensor[];
  /** Why the engine cannot be fed through its JavaScript interface; null: it can. */
  readonly obstacle: string | null;
}

export function operatorCase(file: string): OperatorCase {
  const path = join(caseFolder, file);
  const model = readModel(path);
  const data = join(caseFolder, dirname(file), 'test_data_set_0');
  const inputs = modelInputs(model).map(({ name }) => name);
  const fed = model.graph.input.filter(({ name }) => inputs.includes(name));
  const other = [...fed, ...model.graph.output].find(({ type }) => type?.value.case !== 'tensorType');
  const given = caseTensors(data, 'input', fed).filter(isFilled);
  const strange = [...given, ...caseTensors(data, 'output', model.graph.output)].find(
    ({ tensor }) => !feedable.has(elementType(tensor.dataType).name),
  );
  const obstacle =
    other !== undefined
      ? `takes or makes a ${(other.type?.value.case ?? 'value without type').replace(/Type$/, '')}`
      : strange !== undefined
        ? `takes or makes ${elementType(strange.tensor.dataType).name}`
        : null;
  const tensors = (kind: 'input' | 'output', values: readonly ValueInfoProto[]) =>
    obstacle === null ? caseTensors(data, kind, values).filter(isFilled).map(engineTensor) : [];
  return {
    bytes: readFileSync(path),
    feeds: tensors('input', fed),
    expected: tensors('output', model.graph.output),
    obstacle,
  };
}

/** The model with its feeds as constants, so that what works on constants has something to work on. */
export function withConstantInputs(model: OnnxModel, file: string): OnnxModel {
  const data = join(caseFolder, dirname(file), 'test_data_set_0');
  const given = caseTensors(data, 'input', model.graph.input).filter(isFilled);
  const names = new Set(given.map(({ name }) => name));
  model.graph.input = model.graph.input.filter(({ name }) => !names.has(name));
  for (const { name, tensor } of given) model.graph.initializer.push(Object.assign(tensor, { name }));
  // Before IR 4 constants had to be inputs, too.
  if (model.irVersion < 4n) model.irVersion = 4n;
  return model;
}

const feedable = new Set(
  'float32 float64 float16 int8 uint8 int16 uint16 int32 uint32 int64 uint64 bool string'.split(' '),
);

interface NamedTensor {
  readonly name: string;
  readonly tensor: TensorProto;
}

/** The tensors of a case, by the names of the inputs or outputs that they are for; sequences and the like are left out. */
export function caseTensors(data: string, kind: 'input' | 'output', values: readonly ValueInfoProto[]): NamedTensor[] {
  return values.flatMap(({ name, type }, place): NamedTensor[] => {
    const path = join(data, `${kind}_${place}.pb`);
    if (type?.value.case !== 'tensorType' || !existsSync(path)) return [];
    return [{ name, tensor: fromBinary(TensorProtoSchema, readFileSync(path)) }];
  });
}

/** An empty file stands for an optional input without a value. */
export function isFilled({ tensor }: NamedTensor): boolean {
  return tensor.dataType !== 0;
}

function engineTensor({ name, tensor }: NamedTensor): EngineTensor {
  const { name: type } = elementType(tensor.dataType);
  if (type === 'string') return { name, type, dims: tensor.dims.map(Number), data: readStrings(tensor) };
  const { dims, data } = readTensor(tensor);
  return { name, type, dims, data };
}
