import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeNode } from '../../../src/graph/builder.ts';
import { checkModel } from '../../../src/graph/check-model.ts';
import { modelBytes, readModel } from '../../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../../src/graph/onnx-message.ts';
import { constantFolding } from '../../../src/graph/passes/constant-folding.ts';
import { runPasses } from '../../../src/graph/passes/run-passes.ts';
import { standardPasses } from '../../../src/graph/passes/standard-passes.ts';
import { difference, reasonOf, tensorDifference } from './answers.ts';
import { CrashableEngine, type EngineAnswer } from './crashable-engine.ts';
import { caseFiles, casesAreThere, operatorCase, withConstantInputs } from './operator-case.ts';

const engine = new CrashableEngine();
afterAll(() => engine.stop());

/** Each case that can be fed, and how the engine answers its file as it is. */
async function* answeredCases() {
  for (const file of caseFiles) {
    const { obstacle, ...given } = operatorCase(file);
    if (obstacle !== null) continue;
    yield { file, ...given, before: await engine.run(given.bytes, given.feeds) };
  }
}

/** Sums of floats differ in their last bits with where in memory the engine finds its data. */
const rounding = 1e-6;

/** Cases that draw random numbers. */
const random = /bernoulli|training_dropout/;

/** Cases of which the engine makes something else than ONNX expects, by its own choice; none is of our making. */
const deviating = /FLOAT_to_STRING|maxunpool_export_with_output_shape|resize_downsample_scales_(cubic|linear)_align/;

test.skipIf(!casesAreThere)(
  'every case answers as its file does when it was read and written, and as ONNX expects',
  async () => {
    const wrong: string[] = [];
    let right = 0;
    for await (const { file, bytes, feeds, expected, before } of answeredCases()) {
      const after = await engine.run(modelBytes(readModel(bytes)), feeds);
      const changed = random.test(file) ? null : difference(before, after, rounding);
      if (changed !== null) wrong.push(`${file}: ${changed}`);
      if ('refusal' in before || random.test(file) || deviating.test(file)) continue;
      for (const tensor of expected) {
        const made = before.outputs.find(({ name }) => name === tensor.name);
        // As ONNX compares: a thousandth.
        const other = tensorDifference(tensor, made, 1e-3);
        if (other !== null) wrong.push(`${file}: ${tensor.name} of the engine: ${other}`);
        else right += 1;
      }
    }
    expect(wrong).toEqual([]);
    expect(right).toBeGreaterThan(900);
  },
);

test.skipIf(!casesAreThere)('the cases that the engine does not run are those that are listed', async () => {
  const listed: Record<string, string[]> = JSON.parse(
    readFileSync(join(import.meta.dirname, 'unsupported.json'), 'utf8'),
  );
  const found: Record<string, string[]> = Object.fromEntries(Object.keys(listed).map((reason) => [reason, []]));
  for (const file of caseFiles) {
    const { obstacle, bytes, feeds } = operatorCase(file);
    const reason = obstacle ?? reasonOf(await engine.run(bytes, feeds));
    // Whether text can be put into lower case is a question of the locales that are installed.
    if (reason === null || /locale/i.test(reason)) continue;
    found[reason] ??= [];
    found[reason].push(dirname(file));
  }
  for (const files of Object.values(found)) files.sort();
  expect(found).toEqual(listed);
});

test.skipIf(!casesAreThere)('no pass changes what a case answers', async () => {
  const wrong: string[] = [];
  for await (const { file, bytes, feeds, before } of answeredCases()) {
    for (const contrib of [true, false]) {
      const model = readModel(bytes);
      await runPasses(model, standardPasses({ contrib }));
      wrong.push(...problems(file, model, before, await engine.run(modelBytes(model), feeds)));
    }
  }
  expect(wrong).toEqual([]);
});

test.skipIf(!casesAreThere)(
  'what is folded from constants is what the engine makes of the same as inputs',
  async () => {
    const wrong: string[] = [];
    let folded = 0;
    for await (const { file, bytes, before } of answeredCases()) {
      // What the engine cannot run it cannot fold either.
      if ('refusal' in before) continue;
      for (const evaluate of [null, evaluated]) {
        const model = withConstantInputs(readModel(bytes), file);
        setBackOutputs(model);
        const { changes } = await runPasses(model, [constantFolding], { evaluate });
        folded += changes.length;
        wrong.push(...problems(file, model, before, await engine.run(modelBytes(model), [])));
      }
    }
    expect(wrong).toEqual([]);
    expect(folded).toBeGreaterThan(1000);
  },
);

function problems(file: string, model: OnnxModel, before: EngineAnswer, after: EngineAnswer): string[] {
  const unsound = checkModel(model).map(({ where, problem }) => `${file}: ${where}: ${problem}`);
  const changed = random.test(file) ? null : difference(before, after, rounding);
  return changed === null ? unsound : [...unsound, `${file}: ${changed}`];
}

async function evaluated(piece: OnnxModel) {
  const answer = await engine.run(modelBytes(piece), []);
  if ('refusal' in answer) throw new Error(answer.refusal);
  return new Map(
    answer.outputs.map(({ name, type, dims, data }) => [name, { name, type, dims, data: data as Float32Array }]),
  );
}

/** Puts an Identity behind what makes an output, for a node that makes an output of the graph is never folded. */
function setBackOutputs({ graph }: OnnxModel): void {
  const made = new Set(graph.node.flatMap(({ output }) => output));
  for (const { name } of graph.output) {
    if (!made.has(name)) continue;
    const inner = `${name} inside`;
    for (const node of graph.node) {
      node.output = node.output.map((output) => (output === name ? inner : output));
      node.input = node.input.map((input) => (input === name ? inner : input));
    }
    graph.node.push(makeNode('Identity', [inner], [name]));
  }
}
