import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { makeTemporaryFolder, temporaryFolderError } from '../../src/kernel/temporary-folder.ts';

const parent = mkdtempSync(join(tmpdir(), 'dyno-temporary-'));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(parent, { recursive: true, force: true });
});

test('a folder of its own is made where TMPDIR says, and where that is none the error says which and what to do', () => {
  vi.stubEnv('TMPDIR', parent);
  const made = makeTemporaryFolder('dyno-x-');
  expect(readdirSync(parent).map((name) => join(parent, name))).toEqual([made]);

  vi.stubEnv('TMPDIR', join(parent, 'absent'));
  expect(() => makeTemporaryFolder('dyno-x-')).toThrow(
    expect.objectContaining({
      code: 'NO_TEMPORARY_FOLDER',
      exitCode: 3,
      message: expect.stringMatching(/absent: expected .* TMPDIR=<folder>/),
    }),
  );
});

test('a full disk is told with its folder and what to do, and nothing else is made of another error', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  expect(temporaryFolderError(full, '/x')).toMatchObject({
    code: 'NO_TEMPORARY_FOLDER',
    message: expect.stringMatching(/^\/x: expected room .* \(ENOSPC.* TMPDIR=<folder>\.$/),
  });
  const other = new Error('x');
  expect(temporaryFolderError(other, '/x')).toBe(other);
});
