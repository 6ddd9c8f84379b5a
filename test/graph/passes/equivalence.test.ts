import { expect, test } from 'vitest';
import { checkModel } from '../../../src/graph/check-model.ts';
import { modelBytes } from '../../../src/graph/onnx-file.ts';
import type { Pass } from '../../../src/graph/passes/pass.ts';
import { runPasses } from '../../../src/graph/passes/run-passes.ts';
import { standardPasses } from '../../../src/graph/passes/standard-passes.ts';
import { copyOf, evaluate, feedsFor, largestDifference, run } from './engine.ts';
import { randomGraph } from './random-graph.ts';

const graphs = 200;
const together = 20;

/** Of the largest magnitude of each output. Folding multiplies weights before the sum and not after it, so that the rounding differs. */
function tolerance(name: string): number {
  return name.startsWith('fold-') || name === 'all' ? 1e-4 : 1e-5;
}

const passes = standardPasses({ contrib: true });
const ways: readonly (readonly [string, readonly Pass[]])[] = [
  ...passes.map((pass) => [pass.name, [pass]] as const),
  ['all', passes],
  ['all standard', standardPasses({ contrib: false })],
];
/** How many graphs each way changed: a pass that never finds anything would pass every comparison. */
const found = new Map<string, number>();

test.each(
  Array.from({ length: graphs / together }, (_, part) => [part * together, (part + 1) * together - 1] as const),
)('random graphs %i to %i answer the same before and after each pass and all of them', async (from, to) => {
  for (let seed = from; seed <= to; seed++) {
    const model = randomGraph(seed);
    const feeds = feedsFor(model, seed);
    const before = await run(model, feeds);
    for (const [name, chosen] of ways) {
      const changed = copyOf(model);
      const report = await runPasses(changed, chosen, { evaluate });
      expect(report.isSettled, `${name} on ${seed}`).toBe(true);
      expect(checkModel(changed), `${name} on ${seed}`).toEqual([]);
      if (report.changes.length === 0) {
        expect(Buffer.compare(modelBytes(changed), modelBytes(model)), `${name} on ${seed}`).toBe(0);
        continue;
      }
      found.set(name, (found.get(name) ?? 0) + 1);
      expect(largestDifference(before, await run(changed, feeds)), `${name} on ${seed}`).toBeLessThan(
        tolerance(name.split(' ')[0] ?? ''),
      );
    }
  }
});

test('each pass found something in the random graphs', () => {
  // Hygiene is not among them: what a builder makes is clean.
  for (const { name } of passes) if (name !== 'hygiene') expect(found.get(name), name).toBeGreaterThan(5);
});
