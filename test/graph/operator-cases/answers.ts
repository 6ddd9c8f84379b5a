import type { EngineAnswer, EngineTensor } from './crashable-engine.ts';

/** The engine's words without what differs from file to file and build to build: the name of a node, and where in the engine's source it stopped. */
export function reasonOf(answer: EngineAnswer): string | null {
  if ('outputs' in answer) return null;
  const words = answer.refusal
    .replace(/ (with node name|node with name) .*/s, '')
    .replace(/^Exception during initialization: \S*onnxruntime_src.*? was false\. /s, '')
    .trim();
  return `${answer.stage}: ${words}`;
}

/**
 * What differs between two answers, in words; null: nothing beyond a share of `tolerance` of the largest magnitude of each output. Outputs are
 * compared by their names, infinities and NaN by their places.
 */
export function difference(before: EngineAnswer, after: EngineAnswer, tolerance: number): string | null {
  if ('refusal' in before || 'refusal' in after) {
    const [was, is] = [reasonOf(before), reasonOf(after)];
    return was === is ? null : `${is ?? 'runs'}; before: ${was ?? 'runs'}`;
  }
  for (const expected of before.outputs) {
    const actual = after.outputs.find(({ name }) => name === expected.name);
    const wrong = tensorDifference(expected, actual, tolerance);
    if (wrong !== null) return `${expected.name}: ${wrong}`;
  }
  return null;
}

export function tensorDifference(
  expected: EngineTensor,
  actual: EngineTensor | undefined,
  tolerance: number,
): string | null {
  const kind = (tensor: EngineTensor | undefined) => tensor && `${tensor.type} [${tensor.dims}]`;
  if (actual === undefined || kind(actual) !== kind(expected)) return `${kind(actual)} for ${kind(expected)}`;
  let largest = 0;
  for (const value of expected.data) {
    const magnitude = Math.abs(Number(value));
    if (magnitude > largest && magnitude < Number.POSITIVE_INFINITY) largest = magnitude;
  }
  const allowed = tolerance * largest;
  for (let place = 0; place < expected.data.length; place++) {
    const [wanted, value] = [expected.data[place], actual.data[place]];
    if (Object.is(value, wanted) || value === wanted) continue;
    if (!(Math.abs(Number(value) - Number(wanted)) <= allowed)) return `${value} for ${wanted} at place ${place}`;
  }
  return null;
}
