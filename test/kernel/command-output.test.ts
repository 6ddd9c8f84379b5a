import { expect, test } from 'vitest';
import { commandOutput } from '../../src/kernel/command-output.ts';

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
