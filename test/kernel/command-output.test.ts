import { expect, test } from 'vitest';
import { commandOutput, commandResult } from '../../src/kernel/command-output.ts';

const node = process.execPath;

test('what a command prints is returned', async () => {
  expect(
    await commandOutput(node, ['-e', 'console.log(process.env.WORD)'], { seconds: 20, environment: { WORD: 'yes' } }),
  ).toBe('yes\n');
});

test('a command that fails, or is not installed, gives null', async () => {
  expect(await commandOutput(node, ['-e', 'console.log(1); process.exit(1)'], { seconds: 20 })).toBeNull();
  expect(await commandOutput('no-such-program-of-dyno', [], { seconds: 1 })).toBeNull();
});

test('a command that does not end is ended and gives null', async () => {
  expect(await commandOutput(node, ['-e', 'setInterval(() => {}, 1000)'], { seconds: 0.3 })).toBeNull();
});

test('a command that is aborted is killed and has no exit code', async () => {
  const controller = new AbortController();
  const result = commandResult(node, ['-e', 'setInterval(() => {}, 1000)'], { seconds: 20, signal: controller.signal });
  controller.abort();
  expect(await result).toMatchObject({ exitCode: null, timedOut: false });
});
