import { expect, test } from 'vitest';
import { asSource, compilePixels } from '../../../scripts/build-wasm.mjs';
import { pixelModule } from '../../../src/engine/preprocess/pixel-module.ts';

test('the committed module is what wasm/ compiles to', { timeout: 120_000 }, async () => {
  const compiled = await compilePixels();
  expect(Buffer.from(compiled).toString('base64') === pixelModule, 'Run: node scripts/build-wasm.mjs').toBe(true);
  expect(asSource(compiled)).toContain('scripts/build-wasm.mjs');
});
