import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { measureSamplerCost } from '../../src/runner/sampler-cost.ts';

test('what sampling costs is not measured to the end when it is to stop, and no file is left', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-cost-'));
  try {
    const measuring = measureSamplerCost(10, 3600, folder, AbortSignal.abort());
    await expect(measuring).rejects.toMatchObject({ name: 'AbortError' });
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
