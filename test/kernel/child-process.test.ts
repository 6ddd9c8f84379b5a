import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { spawnNode } from '../../src/kernel/child-process.ts';

const script = fileURLToPath(new URL('./fixtures/child.mjs', import.meta.url));

test('a process that the system refuses at once has no id and says why', async () => {
  // Linux takes arguments of 128 KiB each and some 6 MiB in all at most; every system has a limit below this.
  const child = spawnNode(
    script,
    Array.from({ length: 1000 }, () => 'x'.repeat(100_000)),
  );
  expect(child.pid).toBeNull();
  expect(await child.exited).toEqual({ exitCode: null, signal: null, failure: expect.stringContaining('E2BIG') });
});

test('a process that ends itself tells its exit code', async () => {
  const child = spawnNode(script, []);
  child.stdin.end(); // no job: the script fails
  expect(await child.exited).toMatchObject({ exitCode: 1, signal: null, failure: null });
  expect(child.stderrTail()).toContain('stdin ended before the job was read');
});
