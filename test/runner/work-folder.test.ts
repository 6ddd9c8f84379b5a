import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { spawnNode } from '../../src/kernel/child-process.ts';
import { inWorkFolder, removeWorkFolder } from '../../src/runner/work-folder.ts';

const run = mkdtempSync(join(tmpdir(), 'dyno-work-folder-'));
afterAll(() => rmSync(run, { recursive: true, force: true }));

test('a process that is killed leaves nothing among temporary files', async () => {
  const script = join(run, 'leave.mjs');
  writeFileSync(
    script,
    `import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
writeFileSync(join(mkdtempSync(join(tmpdir(), 'left-')), 'model.onnx'), 'large');
process.kill(process.pid, 'SIGKILL');`,
  );
  await inWorkFolder(run, async ({ path, environment }) => {
    const { signal } = await spawnNode(script, [], { environment }).exited;
    expect(signal).toBe('SIGKILL');
    expect(readdirSync(path).map((name) => name.slice(0, 5))).toEqual(['left-']);
  });
  expect(readdirSync(run)).toEqual(['leave.mjs']);
});

test('the folder is empty, whatever a sitting left that was killed, and gone when the work fails', async () => {
  let path = '';
  const failing = inWorkFolder(run, async (folder) => {
    path = folder.path;
    writeFileSync(join(path, 'dump'), 'x');
    throw new Error('failed');
  });
  await expect(failing).rejects.toThrow('failed');
  mkdirSync(path);
  writeFileSync(join(path, 'of a killed sitting'), 'x');
  expect(await inWorkFolder(run, async (folder) => readdirSync(folder.path))).toEqual([]);

  mkdirSync(path);
  removeWorkFolder(run);
  expect(readdirSync(run)).toEqual(['leave.mjs']);
});
