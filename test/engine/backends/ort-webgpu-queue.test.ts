import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { RunQueue } from '../../../src/engine/backends/ort-webgpu-queue.ts';
import { isDeviceLost, onDevice } from '../../../src/engine/backends/ort-webgpu-session.ts';

test('an action begins when the one before it has ended, however long that takes', async () => {
  const queue = new RunQueue();
  let active = 0;
  let most = 0;
  const order: number[] = [];
  const action = (number: number, milliseconds: number) => () =>
    (async () => {
      most = Math.max(most, ++active);
      await pause(milliseconds);
      order.push(number);
      active--;
      return number;
    })();
  // The first ones take longest: without a queue the last would end first.
  const results = [15, 10, 5, 0].map((milliseconds, number) => queue.next(action(number, milliseconds)));
  expect(await Promise.all(results)).toEqual([0, 1, 2, 3]);
  expect(order).toEqual([0, 1, 2, 3]);
  expect(most).toBe(1);
});

test('an action that fails does so for whoever asked for it, and the next one runs', async () => {
  const queue = new RunQueue();
  const failing = queue.next(() => Promise.reject(new Error('no')));
  const next = queue.next(async () => 'yes');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

test.each([
  '[Device] is lost.\n - While calling [Device].CreateBuffer([BufferDescriptor]).',
  'Non-zero status code returned while running Conv node. Status Message: [Invalid Device] is lost.',
  'WebGPU device lost (2): A valid external Instance reference no longer exists.',
  'vkQueueSubmit failed with VK_ERROR_DEVICE_LOST',
])('a device that is gone is told from %j', async (text) => {
  expect(isDeviceLost(text)).toBe(true);
  const cause = new Error(text);
  await expect(onDevice(() => Promise.reject(cause))).rejects.toMatchObject({
    code: 'DEVICE_LOST',
    message: expect.stringContaining('--batch-size 1'),
    cause,
  });
});

test.each(['Got invalid dimensions for input: x', 'The device does not support it, and a tensor was lost'])(
  'other errors are left as they are: %j',
  async (text) => {
    await expect(onDevice(() => Promise.reject(new Error(text)))).rejects.toThrow(new Error(text));
  },
);
