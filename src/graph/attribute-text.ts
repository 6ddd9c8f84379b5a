import { withBodies } from './bodies.ts';
import { elementType } from './element-type.ts';
import { type AttributeProto, AttributeProto_AttributeType as AttributeType, type TensorProto } from './onnx_pb.ts';

/** Longer lists and texts tell a reader nothing: they are tables. */
const mostElements = 32;
const mostCharacters = 200;

/** An attribute of a node as a reader takes it in: long lists are cut, tensors and bodies told by their size. */
export function attributeText(attribute: AttributeProto): string {
  const { f, i, s, t, g, floats, ints, strings, tensors, graphs } = attribute;
  if (g !== undefined || graphs.length > 0) {
    const bodies = g === undefined ? graphs : [g, ...graphs];
    const nodes = bodies.flatMap(withBodies).reduce((sum, { node }) => sum + node.length, 0);
    return `a body of ${nodes} ${nodes === 1 ? 'node' : 'nodes'}`;
  }
  if (t !== undefined) return tensorText(t);
  switch (attribute.type) {
    case AttributeType.FLOAT:
      return shortFloat(f);
    case AttributeType.INT:
      return String(i);
    case AttributeType.STRING:
      return text(s);
    case AttributeType.FLOATS:
      return list(floats.map(shortFloat));
    case AttributeType.INTS:
      return list(ints.map(String));
    case AttributeType.STRINGS:
      return list(strings.map(text));
    case AttributeType.TENSORS:
      return list(tensors.map(tensorText));
    default:
      return '(of another type)';
  }
}

function list(texts: readonly string[]): string {
  const shown = texts.slice(0, mostElements).join(', ');
  return texts.length > mostElements ? `[${shown}, … ${texts.length} in all]` : `[${shown}]`;
}

function text(bytes: Uint8Array): string {
  const whole = Buffer.from(bytes.subarray(0, 4 * mostCharacters)).toString('utf8');
  const isCut = whole.length > mostCharacters || bytes.length > 4 * mostCharacters;
  return isCut ? `${whole.slice(0, mostCharacters)}…` : whole;
}

/** 32-bit floats without the digits that only 64 bits give them: 0.00001 and not 0.000009999999747378752. */
function shortFloat(value: number): string {
  return String(Number(value.toPrecision(7)));
}

function tensorText({ dataType, dims }: TensorProto): string {
  return `${elementType(dataType).name} [${dims.join(', ')}]`;
}
