import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { type NodeProto, type TensorProto, TensorProto_DataLocation } from '../../src/graph/onnx_pb.ts';
import { modelBytes } from '../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';

/** A small network with a body, a constant of each kind of encoding and one in another file. */
function smallModel(): OnnxModel {
  const body = new GraphBuilder('body', ['r']);
  body.output(body.node('Neg', ['r'], { outputs: ['inner'] }), 'float32', [1, 4]);
  const builder = new GraphBuilder('small');
  const x = builder.input('x', 'float32', [1, 3, 8, 8]);
  const flag = builder.input('flag', 'bool', []);
  const filter = builder.constant('filter', 'float32', [4, 3, 3, 3], new Float32Array(108).fill(0.1));
  const convolved = builder.node('Conv', [x, filter], { name: 'conv', attributes: { strides: [2, 2] } });
  const flat = builder.constant('flat', 'int64', [2], BigInt64Array.of(1n, -1n));
  const reshaped = builder.node('Reshape', [convolved, flat], { name: 'reshape' });
  const dense = builder.constant('dense', 'float32', [36, 4], new Float32Array(144).fill(0.1));
  builder.node('MatMul', [reshaped, dense], { name: 'product', outputs: ['r'] });
  const attributes = { then_branch: body.graph(), else_branch: body.graph() };
  builder.output(builder.node('If', [flag], { name: 'choice', attributes, outputs: ['y'] }), 'float32', [1, 4]);
  return builder.model();
}

/** The network as it should be. */
export const whole = modelBytes(smallModel());

/** Moves the data of a constant to another file. */
function external(tensor: TensorProto | undefined, entries: Record<string, string>): void {
  if (tensor === undefined) return;
  const externalData = Object.entries(entries).map(([key, value]) => ({
    $typeName: 'onnx.StringStringEntryProto' as const,
    key,
    value,
  }));
  Object.assign(tensor, {
    rawData: new Uint8Array(),
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData,
  });
}

function changed(
  change: (model: OnnxModel, nodes: Record<string, NodeProto>, filter: TensorProto) => unknown,
): Uint8Array {
  const model = smallModel();
  const [filter] = model.graph.initializer;
  if (filter === undefined) throw new RangeError('The small model has no filter.');
  change(model, Object.fromEntries(model.graph.node.map((node) => [node.name, node])), filter);
  return modelBytes(model);
}

const resized = (dims: bigint[]) => changed((_model, _nodes, filter) => Object.assign(filter, { dims }));
const elsewhere = (entries: Record<string, string>) => changed((_model, _nodes, filter) => external(filter, entries));
const overwritten = (place: number, bytes: number[]) => {
  const copy = Uint8Array.from(whole);
  copy.set(bytes, place);
  return copy;
};

const truncated = [1, 2, 3, 10, 40, 100, 300, 500, 700, whole.length - 200, whole.length - 20, whole.length - 1];

/** What can be done to it, and its bytes then. */
export const mutilated: [string, Uint8Array][] = [
  ...truncated.map((length): [string, Uint8Array] => [`cut off at byte ${length}`, whole.subarray(0, length)]),
  ['zeros', new Uint8Array(1000)],
  ['ones', new Uint8Array(1000).fill(0xff)],
  ['without its first bytes', whole.subarray(30)],
  ['with a second half of zeros', overwritten(whole.length / 2, Array(Math.floor(whole.length / 2)).fill(0))],
  // The graph is said to be 2^31 bytes long: tag 7 with wire type 2, then a varint.
  ['with a length beyond the file', Uint8Array.of(8, 8, 0x3a, 0xff, 0xff, 0xff, 0xff, 0x07)],
  ['with a number that never ends', Uint8Array.of(8, ...Array(20).fill(0xff))],
  ['of bodies in bodies', nested(2000)],
  ['without a graph', changed((model) => Object.assign(model, { graph: undefined }))],
  ['without outputs', changed((model) => model.graph.output.splice(0))],
  ['without operator versions', changed((model) => model.opsetImport.splice(0))],
  ['of IR version 2^40', changed((model) => Object.assign(model, { irVersion: 2n ** 40n }))],
  ['of operator version -1', changed((model) => model.opsetImport.map((set) => Object.assign(set, { version: -1n })))],
  ['of a domain without version', changed((_model, { conv }) => Object.assign(conv ?? {}, { domain: 'acme' }))],
  ['with a circle of one', changed((_model, { reshape }) => reshape?.input.splice(0, 1, 'reshape'))],
  ['with a circle of two', changed((_model, { conv }) => conv?.input.splice(0, 1, 'reshape'))],
  ['with a circle through a body', changed((_model, { conv }) => conv?.input.splice(0, 1, 'y'))],
  ['with a value made twice', changed((_model, { conv }) => conv?.output.push('r'))],
  ['with an input made by a node', changed((_model, { conv }) => conv?.output.push('x'))],
  ['with a constant twice', changed((model, _nodes, filter) => model.graph.initializer.push(filter))],
  ['without constants', changed((model) => model.graph.initializer.splice(0))],
  ['without a node', changed((model) => model.graph.node.splice(1, 1))],
  ['without nodes', changed((model) => model.graph.node.splice(0))],
  ['without an operator', changed((_model, { conv }) => Object.assign(conv ?? {}, { opType: '' }))],
  ['without a body', changed((_model, { choice }) => Object.assign(choice?.attribute[0] ?? {}, { g: undefined }))],
  ['with an attribute twice', changed((_model, { conv }) => conv?.attribute.push(...conv.attribute))],
  [
    'with an output that is not made',
    changed((model) => model.graph.output.map((output) => Object.assign(output, { name: 'z' }))),
  ],
  [
    'with an input without type',
    changed((model) => model.graph.input.map((input) => Object.assign(input, { type: undefined }))),
  ],
  ['of element type 0', changed((_model, _nodes, filter) => Object.assign(filter, { dataType: 0 }))],
  ['of element type 2^31 - 1', changed((_model, _nodes, filter) => Object.assign(filter, { dataType: 2 ** 31 - 1 }))],
  ['of a type that the data are not', changed((_model, _nodes, filter) => Object.assign(filter, { dataType: 11 }))],
  ['of strings that are numbers', changed((_model, _nodes, filter) => Object.assign(filter, { dataType: 8 }))],
  ['with a constant without name', changed((_model, _nodes, filter) => Object.assign(filter, { name: '' }))],
  ['with a shape for other data', resized([4n, 3n, 3n, 4n])],
  ['with a negative size', resized([-4n, 3n, 3n, 3n])],
  ['with two negative sizes', resized([-4n, -27n])],
  ['with 2^60 elements', resized([2n ** 30n, 2n ** 30n])],
  ['with sizes whose product overflows', resized([2n ** 62n, 4n, 27n])],
  ['with a million dimensions', resized(Array(1_000_000).fill(2n))],
  ['with a constant of 2^40 bytes in the file', resized([2n ** 38n])],
  [
    'with data one byte short',
    changed((_model, _nodes, filter) => Object.assign(filter, { rawData: filter.rawData.slice(1) })),
  ],
  [
    'with data in two places',
    changed((_model, _nodes, filter) => Object.assign(filter, { floatData: Array(108).fill(0) })),
  ],
  ['with an input of 2^80 elements', hugeInput(2n ** 40n)],
  ['with an input of negative size', hugeInput(-7n)],
  ['with data in no file', elsewhere({})],
  ['with data in a file that is missing', elsewhere({ location: 'missing.bin' })],
  ['with data in a file above', elsewhere({ location: '../secret.bin' })],
  ['with data in a file above, the long way', elsewhere({ location: 'a/b/../../../secret.bin' })],
  ['with data at an absolute path', elsewhere({ location: '/etc/passwd' })],
  ['with data at a path of Windows', elsewhere({ location: 'C:\\secret.bin' })],
  ['with data behind a link', elsewhere({ location: 'link.bin' })],
  ['with data behind a linked folder', elsewhere({ location: 'up/secret.bin' })],
  ['with data in a folder', elsewhere({ location: 'folder' })],
  ['with data behind the end', elsewhere({ location: 'small.bin', offset: '4096' })],
  ['with a length of 2^60', elsewhere({ location: 'small.bin', length: String(2n ** 60n) })],
  ['with a negative offset', elsewhere({ location: 'small.bin', offset: '-4' })],
  ['with a location of a null byte', elsewhere({ location: 'small.bin\0.txt' })],
  ['with a path of a million characters', elsewhere({ location: 'a/'.repeat(500_000) })],
];

/** A new folder with a folder `model` in it for a mutilated model, beside the files that some of them name: links out of it, and one outside. */
export function folderForMutilated(): { readonly root: string; readonly path: string } {
  const root = mkdtempSync(join(tmpdir(), 'dyno-mutilated-'));
  const folder = join(root, 'model');
  mkdirSync(join(folder, 'folder'), { recursive: true });
  writeFileSync(join(root, 'secret.bin'), new Uint8Array(432));
  writeFileSync(join(folder, 'small.bin'), new Uint8Array(16));
  symlinkSync('../secret.bin', join(folder, 'link.bin'));
  symlinkSync('..', join(folder, 'up'));
  return { root, path: join(folder, 'model.onnx') };
}

function hugeInput(size: bigint): Uint8Array {
  return changed((model) => {
    const type = model.graph.input[0]?.type?.value;
    if (type?.case !== 'tensorType') throw new RangeError('The input is no tensor.');
    for (const dimension of type.value.shape?.dim ?? []) dimension.value = { case: 'dimValue', value: size };
  });
}

/** A graph in a graph in a graph …, written by hand: each is a field of a node's attribute. */
function nested(depth: number): Uint8Array {
  let graph = Buffer.alloc(0);
  const field = (tag: number, content: Buffer) => {
    const length: number[] = [];
    let rest = content.length;
    for (; rest > 127; rest = Math.floor(rest / 128)) length.push((rest % 128) | 128);
    return Buffer.concat([Buffer.of(tag, ...length, rest), content]);
  };
  // GraphProto.node is field 1, NodeProto.attribute 5, AttributeProto.g 6, ModelProto.graph 7; all of wire type 2.
  for (let level = 0; level < depth; level++) graph = field(0x0a, field(0x2a, field(0x32, graph)));
  return Buffer.concat([Buffer.of(8, 8), field(0x3a, graph)]);
}
