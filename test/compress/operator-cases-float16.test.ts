import { afterAll, expect, test } from 'vitest';
import { convertToFloat16 } from '../../src/compress/convert-float16.ts';
import { checkModel } from '../../src/graph/check-model.ts';
import { modelBytes, readModel } from '../../src/graph/onnx-file.ts';
import { DynoError } from '../../src/kernel/errors.ts';
import { difference } from '../graph/operator-cases/answers.ts';
import { CrashableEngine } from '../graph/operator-cases/crashable-engine.ts';
import { caseFiles, casesAreThere, operatorCase } from '../graph/operator-cases/operator-case.ts';

const engine = new CrashableEngine();
afterAll(() => engine.stop());

/** Random numbers, drawn from what is computed in 16 bits. */
const random = /bernoulli|training_dropout/;

test.skipIf(!casesAreThere)(
  'every operator of ONNX that is converted to 16 bits loads and answers as in 32, to one part in 100',
  async () => {
    const wrong: string[] = [];
    let converted = 0;
    for (const file of caseFiles) {
      const { obstacle, bytes, feeds } = operatorCase(file);
      if (obstacle !== null || random.test(file)) continue;
      const before = await engine.run(bytes, feeds);
      if ('refusal' in before) continue;
      const model = readModel(bytes);
      try {
        await convertToFloat16(model, { samples: null });
      } catch (error) {
        const isRefusal = error instanceof DynoError && /^(NOTHING_TO_CONVERT|OPSET_UNSUPPORTED)$/.test(error.code);
        if (!isRefusal) wrong.push(`${file}: ${error}`);
        continue;
      }
      converted += 1;
      for (const { where, problem } of checkModel(model)) wrong.push(`${file}: ${where}: ${problem}`);
      const changed = difference(before, await engine.run(modelBytes(model), feeds), 1e-2);
      if (changed !== null) wrong.push(`${file}: ${changed}`);
    }
    expect(wrong).toEqual([]);
    expect(converted).toBeGreaterThan(500);
  },
);
