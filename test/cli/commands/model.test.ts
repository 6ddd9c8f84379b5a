import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { modelBuildCommand, modelListCommand } from '../../../src/cli/commands/model.ts';
import { sha256 } from '../../../src/kernel/content-hash.ts';
import { Registry } from '../../../src/kernel/registry.ts';
import { WorkloadCache } from '../../../src/workloads/cache.ts';
import { digits } from '../../../src/workloads/digits.ts';
import { oneNode } from '../../../src/workloads/one-node.ts';
import type { Workload } from '../../../src/workloads/workload.ts';

const hub = new Registry<Workload>('workload').add(digits).add(oneNode);

beforeEach(() => {
  vi.stubEnv('DYNO_CACHE_DIR', mkdtempSync(join(tmpdir(), 'dyno-model-')));
});
afterEach(() => {
  vi.unstubAllEnvs();
});

function streams() {
  const written = { out: '', err: '' };
  return {
    written,
    stdout: { write: (text: string) => (written.out += text) },
    stderr: { write: (text: string) => (written.err += text) },
  };
}

test('the list shows what is built, and the command that builds the rest', async () => {
  const before = streams();
  expect(await modelListCommand({}, before, hub)).toBe(0);
  expect(before.written.out).toMatch(
    /^digits +Handwritten digits +trained +32,154 +4,644,416 +128 KiB +Apache-2.0 +no$/m,
  );
  expect(before.written.err).toContain('npx dyno model build digits one-node\n');

  await modelBuildCommand({ names: ['one-node'] }, streams(), hub);
  const after = streams();
  await modelListCommand({}, after, hub);
  expect(after.written.out).toMatch(/^one-node .* yes$/m);
  expect(after.written.err).toContain('npx dyno model build digits\n');
});

test('the list as JSON has the numbers themselves', async () => {
  const { written, ...out } = streams();
  await modelListCommand({ json: true }, out, hub);
  expect(JSON.parse(written.out)).toMatchObject([
    { name: 'digits', weights: 'trained', parameters: 32_154, bytes: 131_210, built: false },
    { name: 'one-node', weights: 'random', built: false },
  ]);
  expect(written.err).toBe('');
});

test('build prints the path of the model, and says when there was nothing to do', async () => {
  const first = streams();
  expect(await modelBuildCommand({ names: ['one-node', 'one-node'] }, first, hub)).toBe(0);
  const [path, ...more] = first.written.out.trimEnd().split('\n');
  expect(more).toEqual([]);
  expect(first.written.err).toContain('one-node built in');

  const second = streams();
  await modelBuildCommand({ names: ['one-node'], json: true }, second, hub);
  expect(second.written.err).toContain('one-node was built already');
  expect(JSON.parse(second.written.out)).toMatchObject([
    { name: 'one-node', path, builtNow: false, sha256: sha256(readFileSync(path ?? '')) },
  ]);
});

test('an unknown name is refused before anything is built', async () => {
  const { written, ...out } = streams();
  await expect(modelBuildCommand({ names: ['one-node', 'digit'] }, out, hub)).rejects.toThrow(
    expect.objectContaining({
      code: 'PLUGIN_UNKNOWN',
      exitCode: 3,
      message: expect.stringContaining('Did you mean "digits"?'),
    }),
  );
  expect(oneNode.isBuilt(new WorkloadCache(process.env.DYNO_CACHE_DIR ?? ''))).toBe(false);
  expect(written.out).toBe('');
});

test('a cache that cannot be written ends with exit 3', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'dyno-model-')), 'file');
  writeFileSync(file, '');
  vi.stubEnv('DYNO_CACHE_DIR', file);
  await expect(modelBuildCommand({ names: ['one-node'] }, streams(), hub)).rejects.toThrow(
    expect.objectContaining({ code: 'CACHE_UNWRITABLE', exitCode: 3 }),
  );
});
