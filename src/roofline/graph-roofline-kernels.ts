import { constantTensors } from '../graph/constants.ts';
import { type GraphValues, valueBytes } from '../graph/graph-values.ts';
import { graphWork, moving, type NodeWork } from '../graph/node-work.ts';
import type { NodeProto } from '../graph/onnx_pb.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';

/** What a device starts at once: a node, or several that an engine runs as one. */
export interface Kernel {
  /** The name of its first node. */
  readonly name: string;
  readonly operators: readonly string[];
  /** A multiply-add is two. */
  readonly operations: number;
  readonly bytes: number;
}

export interface Kernels {
  readonly eachNode: readonly Kernel[];
  /** Nodes that work element by element, and those that normalise, run with the node whose output they take. */
  readonly fused: readonly Kernel[];
  /** Nodes whose work is not known: none of theirs is in the kernels. */
  readonly uncounted: { readonly nodes: number; readonly reason: string | null };
}

/**
 * The kernels of a model for inputs of the shapes that `values` were inferred for, in the order of the graph. What depends on shapes and constants
 * alone is there before the run and is no kernel; neither is giving bytes a new shape. An engine that fuses more, or keeps values in a cache,
 * moves less.
 */
export function kernelsOf(model: OnnxModel, values: GraphValues): Kernels {
  const { nodes } = graphWork(model, values);
  const before = knownBefore(model);
  const parts = model.graph.node.flatMap((node, place): Part[] => {
    const work = nodes[place];
    const made = node.output.filter((name) => name !== '');
    return work === undefined || made.every((name) => before.has(name)) ? [] : [{ node, work }];
  });
  const unknown = parts.filter(({ work }) => bytesOf(work) === null || work.multiplyAdds === null);
  const counted = parts.filter(({ work }) => work.multiplyAdds !== null && (bytesOf(work) ?? 0) > 0);
  const uses = new Uses(model);
  return {
    eachNode: counted.map(({ work }) => kernelOf([work], bytesOf(work) ?? 0)),
    fused: groupsOf(parts).flatMap((group) => fusedKernel(group, new Set(counted), uses, values)),
    uncounted: { nodes: unknown.length, reason: unknown[0]?.work.reason ?? null },
  };
}

interface Part {
  readonly node: NodeProto;
  readonly work: NodeWork;
}

function bytesOf({ bytesRead, bytesWritten }: NodeWork): number | null {
  return bytesRead === null || bytesWritten === null ? null : bytesRead + bytesWritten;
}

function kernelOf(work: readonly NodeWork[], bytes: number): Kernel {
  return {
    name: work[0]?.name ?? '',
    operators: work.map(({ operator }) => operator),
    operations: work.reduce((sum, { multiplyAdds }) => sum + 2 * (multiplyAdds ?? 0), 0),
    bytes,
  };
}

/** Values that shapes and constants alone decide. */
function knownBefore({ graph }: OnnxModel): Set<string> {
  const known = new Set(constantTensors(graph).keys());
  for (const node of graph.node) {
    const inputs = node.input.filter((name) => name !== '');
    const isShape = node.opType === 'Shape' || node.opType === 'Size';
    const draws = node.opType.startsWith('Random') || node.opType === 'Multinomial' || node.opType === 'Bernoulli';
    if (isShape || (!draws && inputs.every((name) => known.has(name)))) for (const name of node.output) known.add(name);
  }
  return known;
}

const elementWise =
  'Abs Add And BatchNormalization BiasGelu Cast Ceil Celu Clip DequantizeLinear Div Dropout Elu Equal Erf Exp FastGelu Floor Gelu Greater HardSigmoid HardSwish Identity LayerNormalization LeakyRelu Less Log LogSoftmax Max Mean Min Mish Mod Mul Neg Not Or PRelu Pow QLinearAdd QLinearLeakyRelu QLinearMul QLinearSigmoid QLinearSoftmax QuantizeLinear QuickGelu Reciprocal ReduceMean Relu Round RMSNormalization Selu Sigmoid Sign SkipLayerNormalization Softmax Softplus Softsign Sqrt Sub Tanh ThresholdedRelu Where';
const joining = new Set(elementWise.split(' '));

/**
 * Which nodes run together: one that joins runs with the latest of the nodes that made its inputs. All others that it waits for are in
 * groups before that one, so that no two groups wait for each other. What only gives bytes a new shape goes with what made them.
 */
function groupsOf(parts: readonly Part[]): Part[][] {
  const groups: Part[][] = [];
  const groupOf = new Map<string, number>();
  for (const part of parts) {
    const { opType, input, output } = part.node;
    const latest = Math.max(-1, ...input.map((name) => groupOf.get(name) ?? -1));
    const place = latest !== -1 && (joining.has(opType) || moving.has(opType)) ? latest : groups.length;
    const group = groups[place];
    if (group === undefined) groups.push([part]);
    else group.push(part);
    for (const name of output) groupOf.set(name, place);
  }
  return groups;
}

/** The kernel of a group, of its nodes that are counted: a value made in it is written only where another group or the caller needs it. */
function fusedKernel(group: readonly Part[], counted: ReadonlySet<Part>, uses: Uses, values: GraphValues): Kernel[] {
  const known = group.filter((part) => counted.has(part));
  const [first] = known;
  if (first === undefined) return [];
  const members = new Set(group.map(({ node }) => node));
  const made = new Set(group.flatMap(({ node }) => node.output.map((name) => uses.origin(name))));
  const others = new Set(
    known.slice(1).flatMap(({ node }) => node.input.filter((name) => name !== '').map((name) => uses.origin(name))),
  );
  for (const name of first.node.input) others.delete(uses.origin(name));
  const read = [...others].filter((name) => !made.has(name));
  const written = [...made].filter((name) => uses.isNeededBeyond(name, members));
  // The first may read less than its inputs hold, such as rows of a table.
  const bytes = [...read, ...written].reduce(
    (sum, name) => sum + (valueBytes(values, name) ?? 0),
    first.work.bytesRead ?? 0,
  );
  return [
    kernelOf(
      known.map(({ work }) => work),
      bytes,
    ),
  ];
}

/** Which nodes use a value, under whatever name: what only gives bytes a new shape leaves them where they are. */
class Uses {
  readonly #origins = new Map<string, string>();
  readonly #users = new Map<string, NodeProto[]>();
  readonly #answers: ReadonlySet<string>;

  constructor({ graph }: OnnxModel) {
    for (const node of graph.node) {
      const [source] = node.input;
      const [output] = node.output;
      if (moving.has(node.opType) && source && output) this.#origins.set(output, this.origin(source));
      else {
        for (const name of node.input) {
          const users = this.#users.get(this.origin(name));
          if (users === undefined) this.#users.set(this.origin(name), [node]);
          else users.push(node);
        }
      }
    }
    this.#answers = new Set(graph.output.map(({ name }) => this.origin(name)));
  }

  /** The name under which the bytes of a value were made. */
  origin(value: string): string {
    return this.#origins.get(value) ?? value;
  }

  /** Whether any node but these, or the caller, needs a value. */
  isNeededBeyond(origin: string, members: ReadonlySet<NodeProto>): boolean {
    return this.#answers.has(origin) || (this.#users.get(origin) ?? []).some((user) => !members.has(user));
  }
}
