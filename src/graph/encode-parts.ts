import {
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from './onnx_pb.ts';
import { createMessage, encodeMessage } from './onnx-message.ts';

/** Raw data from this size on are parts of their own; smaller ones are copied. */
const large = 64 * 1024;

/** What stands in front of an embedded message or bytes in the protobuf wire format: number of the field and kind 2, then the length. */
const tags = { graph: (7 << 3) | 2, initializer: (5 << 3) | 2, rawData: (9 << 3) | 2 } as const;

/**
 * A model in the protobuf wire format, in parts that follow each other; large raw data are the model's own memory. Encoded as one, a model
 * of 400 MB takes three times that for copies: of every tensor into the graph, of the graph into the model, and of the model. The bytes are
 * the same.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function encodeInParts(model: ModelProto): readonly Uint8Array[] {
  const { graph } = model;
  if (graph === undefined) return [encodeMessage(ModelProtoSchema, model)];
  const [before, after] = around(model, 7);
  return [
    encodeMessage(ModelProtoSchema, before),
    ...embedded(tags.graph, graphParts(graph)),
    encodeMessage(ModelProtoSchema, after),
  ];
}

function graphParts(graph: GraphProto): readonly Uint8Array[] {
  const [before, after] = around(graph, 5);
  const parts: Uint8Array[] = [encodeMessage(GraphProtoSchema, before)];
  let small: TensorProto[] = [];
  const flush = (): void => {
    if (small.length > 0)
      parts.push(encodeMessage(GraphProtoSchema, createMessage(GraphProtoSchema, { initializer: small })));
    small = [];
  };
  for (const tensor of graph.initializer) {
    if (tensor.rawData.length < large) {
      small.push(tensor);
      continue;
    }
    flush();
    parts.push(...embedded(tags.initializer, tensorParts(tensor)));
  }
  flush();
  parts.push(encodeMessage(GraphProtoSchema, after));
  return parts;
}

function tensorParts(tensor: TensorProto): readonly Uint8Array[] {
  const [before, after] = around(tensor, 9);
  return [
    encodeMessage(TensorProtoSchema, before),
    ...embedded(tags.rawData, [tensor.rawData]),
    encodeMessage(TensorProtoSchema, after),
  ];
}

function embedded(tag: number, parts: readonly Uint8Array[]): readonly Uint8Array[] {
  let length = parts.reduce((sum, part) => sum + part.length, 0);
  const head = [tag];
  // Seven bits a byte, the lowest first; the eighth says that more follow.
  for (; length > 127; length = Math.floor(length / 128)) head.push((length % 128) | 128);
  head.push(length);
  return [Uint8Array.from(head), ...parts];
}

type Split = ModelProto | GraphProto | TensorProto;

/** A message with its fields below a number, and one with those above it; what the schema does not know comes last, as always. */
function around<Message extends Split>(message: Message, number: number): readonly [Message, Message] {
  const schema = schemaOf(message);
  const part = (isIn: (field: number) => boolean): Message => {
    const fields = schema.fields.filter((field) => isIn(field.number) && Object.hasOwn(message, field.localName));
    const values = message as unknown as Readonly<Record<string, unknown>>;
    return createMessage(
      schema,
      Object.fromEntries(fields.map(({ localName }) => [localName, values[localName]])),
    ) as Message;
  };
  const after = part((field) => field > number);
  if (message.$unknown !== undefined) after.$unknown = message.$unknown;
  return [part((field) => field < number), after];
}

function schemaOf(message: Split): typeof ModelProtoSchema | typeof GraphProtoSchema | typeof TensorProtoSchema {
  switch (message.$typeName) {
    case 'onnx.ModelProto':
      return ModelProtoSchema;
    case 'onnx.GraphProto':
      return GraphProtoSchema;
    case 'onnx.TensorProto':
      return TensorProtoSchema;
  }
}
