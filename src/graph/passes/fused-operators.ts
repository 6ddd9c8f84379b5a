import { type Attribute, Float, makeNode } from '../builder.ts';
import { floatAttribute } from '../node-attributes.ts';
import type { NodeProto } from '../onnx_pb.ts';
import { operatorName } from '../operator-counts.ts';
import { type PassContext, passOverGraphs } from './pass.ts';
import { microsoft, requireDomain } from './require-domain.ts';
import type { Rewrite } from './rewrite.ts';

/**
 * Conv and its activation, Conv and an addition and the activation of the sum, and Gemm and its activation become the operators
 * FusedConv and FusedGemm of `com.microsoft`, which only ONNX Runtime has. float32 with constant weights; an addition that
 * broadcasts stays, as FusedConv adds only what has the shape of its output.
 */
export const fuseActivations = passOverGraphs(
  'fuse-activations',
  'Conv or Gemm, what is added, and the activation become FusedConv or FusedGemm of com.microsoft.',
  (rewrite, context) => {
    for (const node of rewrite.graph.node) {
      const activation = activationOf(node, rewrite);
      const fused = activation && (fuseConv(activation, rewrite, context) ?? fuseGemm(node, activation, rewrite));
      if (!fused) continue;
      rewrite.replace(node, [fused.by]);
      for (const gone of fused.gone) rewrite.remove(gone);
      requireDomain(context.model, microsoft);
      rewrite.note(
        fused.by.name,
        `${[...fused.gone, node].map((part) => operatorName(part)).join(', ')} are one ${fused.by.opType}`,
      );
    }
  },
);

/** An activation that both operators can do. */
interface Activation {
  readonly name: string;
  readonly input: string;
  readonly output: string;
  /** In the order in which FusedConv takes them: alpha, beta. */
  readonly parameters: readonly number[];
}

interface Fused {
  readonly by: NodeProto;
  readonly gone: readonly NodeProto[];
}

function activationOf(node: NodeProto, rewrite: Rewrite): Activation | null {
  const name = operatorName(node);
  const parameters = parametersOf(node, rewrite);
  const [input = ''] = node.input;
  return parameters === null ? null : { name, input, output: node.output[0] ?? '', parameters };
}

/** Defaults of LeakyRelu-6 and HardSigmoid-6. Clip-11 has its bounds as inputs. */
function parametersOf(node: NodeProto, rewrite: Rewrite): readonly number[] | null {
  switch (operatorName(node)) {
    case 'Relu':
    case 'Sigmoid':
    case 'Tanh':
      return [];
    case 'LeakyRelu':
      return [floatAttribute(node, 'alpha', 0.01)];
    case 'HardSigmoid':
      return [floatAttribute(node, 'alpha', 0.2), floatAttribute(node, 'beta', 0.5)];
    case 'Clip': {
      const [, low = '', high = ''] = node.input;
      const bounds = [rewrite.scalar(low), rewrite.scalar(high)];
      const numbers = bounds.flatMap((bound) => (bound === null ? [] : [bound.number]));
      return numbers.length === 2 ? numbers : null;
    }
    default:
      return null;
  }
}

/** Conv → activation, or Conv → Add → activation with the other operand in the shape of the convolution's output. */
function fuseConv(activation: Activation, rewrite: Rewrite, context: PassContext): Fused | null {
  const before = producerOf(activation.input, rewrite);
  const attributes = { activation: activation.name, ...floats('activation_params', activation.parameters) };
  const made = (conv: NodeProto, inputs: readonly string[], gone: readonly NodeProto[]): Fused => {
    const by = makeNode('FusedConv', inputs, [activation.output], { name: conv.name, domain: microsoft, attributes });
    by.attribute = [...conv.attribute, ...by.attribute];
    return { by, gone };
  };
  if (before === null) return null;
  if (isLinear(before, 'Conv', rewrite)) return made(before, before.input, [before]);
  // ONNX Runtime's own fusion of the sum is for Relu only.
  if (operatorName(before) !== 'Add' || activation.name !== 'Relu') return null;
  for (const [place, name] of before.input.entries()) {
    const conv = producerOf(name, rewrite);
    const other = before.input[1 - place] ?? '';
    if (conv === null || !isLinear(conv, 'Conv', rewrite) || !context.values.sameShape(name, other)) continue;
    const [x = '', weight = '', bias = ''] = conv.input;
    return made(conv, [x, weight, bias, other], [conv, before]);
  }
  return null;
}

function fuseGemm(node: NodeProto, activation: Activation, rewrite: Rewrite): Fused | null {
  const gemm = producerOf(activation.input, rewrite);
  if (gemm === null || !isLinear(gemm, 'Gemm', rewrite) || operatorName(node) === 'Clip') return null;
  const [alpha, beta] = activation.parameters;
  const by = makeNode('FusedGemm', gemm.input, [activation.output], {
    name: gemm.name,
    domain: microsoft,
    attributes: {
      activation: activation.name,
      ...(alpha === undefined ? {} : { activation_alpha: new Float(alpha) }),
      ...(beta === undefined ? {} : { activation_beta: new Float(beta) }),
    },
  });
  by.attribute = [...gemm.attribute, ...by.attribute];
  return { by, gone: [gemm] };
}

function floats(name: string, numbers: readonly number[]): Record<string, Attribute> {
  return numbers.length === 0 ? {} : { [name]: numbers.map((number) => new Float(number)) };
}

/** The node that makes a value which nothing else uses. */
function producerOf(value: string, rewrite: Rewrite): NodeProto | null {
  const node = rewrite.index.producer(value);
  return node !== null && rewrite.onlyConsumer(value) !== null && !rewrite.isTouched(node) ? node : null;
}

function isLinear(node: NodeProto, operator: string, rewrite: Rewrite): boolean {
  return operatorName(node) === operator && rewrite.constantType(node.input[1] ?? '') === 'float32';
}
