import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { plantedFile, withSlowdown } from '../../bench/planted-slowdown.mjs';
import { packageFile } from '../../src/kernel/package-root.ts';

const step = '  return withContent(bytes, name, (content) => decodeContent(content, scaling, name));\n';

test('a slowdown of 30 % makes a step of 100 ms last 130 ms and answers as before', async () => {
  let now = 0;
  // A clock that goes on by a hundredth of a millisecond whenever it is asked.
  const performance = { now: () => (now += 0.01) };
  const withContent = async () => {
    now += 100;
    return 'picture';
  };
  const names = { performance, withContent, bytes: null, name: null };
  expect(await runInNewContext(`(() => {\n${withSlowdown(step, 0.3)}})()`, names)).toBe('picture');
  expect(now).toBeCloseTo(130, 0);
});

test('the slowdown fits the step as it is', () => {
  const source = readFileSync(packageFile(...plantedFile.split('/')), 'utf8');
  expect(withSlowdown(source, 0.25)).toContain('0.25 * (performance.now() - begun)');
});

test('a step that is gone or there twice, and a share that slows nothing down, are refused', () => {
  expect(() => withSlowdown('return null;\n', 0.2)).toThrow('got it 0 times');
  expect(() => withSlowdown(step + step, 0.2)).toThrow('got it 2 times');
  expect(() => withSlowdown(step, 0)).toThrow('Expected a share above 0');
});
