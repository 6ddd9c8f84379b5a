import { constantTensors } from './constants.ts';
import { type GraphValues, valueBytes } from './graph-values.ts';
import { moving, picking } from './node-work.ts';
import type { OnnxModel } from './onnx-message.ts';

export interface GraphMemory {
  /** Of the constants that nodes use. */
  readonly weightBytes: number;
  /** The most that values need at one time while the nodes run in the order of the graph. */
  readonly activationBytes: number;
  /** Of the weights that are read whole with every query, tables left out, and of the inputs and outputs: these pass through memory once. */
  readonly passingBytes: number;
}

/**
 * Memory that a graph needs: its weights, and its values from the node that makes one to the last that uses it, inputs from the start, outputs
 * to the end. What only gives bytes a new shape needs none of its own. Values of unknown size count as nothing, the scratch space of
 * operators, too: a device with less does not do; one with more may still not.
 */
export function memoryOf({ graph }: OnnxModel, values: GraphValues): GraphMemory {
  const constants = constantTensors(graph);
  const origins = new Map<string, string>();
  const origin = (name: string) => origins.get(name) ?? name;
  const lastUse = new Map<string, number>();
  const used = new Set<string>();
  const whole = new Set<string>();
  for (const [place, { opType, input, output }] of graph.node.entries()) {
    const [source] = input;
    const [made] = output;
    if (moving.has(opType) && source && made) origins.set(made, origin(source));
    for (const name of input) {
      if (constants.has(name)) used.add(name);
      if (constants.has(name) && !(picking.has(opType) && name === source)) whole.add(name);
      lastUse.set(origin(name), place);
    }
  }
  for (const { name } of graph.output) lastUse.set(origin(name), graph.node.length);

  const ending = new Map<number, string[]>();
  for (const [name, place] of lastUse) {
    const others = ending.get(place);
    if (others === undefined) ending.set(place, [name]);
    else others.push(name);
  }
  const sizeOf = (name: string) =>
    name === '' || constants.has(name) || origins.has(name) ? 0 : (valueBytes(values, name) ?? 0);
  let live = graph.input.reduce((sum, { name }) => sum + sizeOf(name), 0);
  let most = live;
  for (const [place, { output }] of graph.node.entries()) {
    for (const name of output) live += sizeOf(name);
    most = Math.max(most, live);
    // Nobody uses what has no last use.
    for (const name of output) if (!lastUse.has(origin(name))) live -= sizeOf(name);
    for (const name of ending.get(place) ?? []) live -= sizeOf(name);
  }
  const total = (names: Iterable<string>) => [...names].reduce((sum, name) => sum + (valueBytes(values, name) ?? 0), 0);
  const outside = [...graph.input, ...graph.output].map(({ name }) => name);
  return {
    weightBytes: total(used),
    activationBytes: most,
    passingBytes: total(new Set([...whole, ...outside.filter((name) => !constants.has(name))])),
  };
}
