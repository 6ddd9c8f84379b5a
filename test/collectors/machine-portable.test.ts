import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { machinePortableCollector } from '../../src/collectors/machine-portable.ts';
import { FakeSystem } from './fake-system.ts';

test('where /proc is, it stands back', async () => {
  const system = new FakeSystem();
  system.write({ stat: 'cpu 1 2 3 4\n' });
  expect(await machinePortableCollector(system.root).probe()).toMatchObject({ available: false, code: 'NOT_NEEDED' });
  system.remove();
});

test('where there is no /proc, it works', async () => {
  expect(await machinePortableCollector('/no/such/folder').probe()).toMatchObject({ available: true });
});

test('a figure comes once a second, is given once, and is NaN until the next', async () => {
  vi.useFakeTimers();
  try {
    const collector = machinePortableCollector('/no/such/folder', async () => 4096);
    const memory = (): number => {
      const row = new Float64Array(collector.columns.length);
      collector.sample(row, 0);
      return row[1] ?? Number.NaN;
    };
    await collector.open({ pid: null });
    expect(memory()).toBeNaN();
    await vi.advanceTimersByTimeAsync(1000);
    expect([memory(), memory()]).toEqual([4096, Number.NaN]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(memory()).toBe(4096);
    await collector.close();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('an answer that comes after the round has ended is dropped', async () => {
  vi.useFakeTimers();
  let answer: (bytes: number) => void = () => {};
  const slow = new Promise<number>((resolve) => {
    answer = resolve;
  });
  const collector = machinePortableCollector('/no/such/folder', () => slow);
  await collector.open({ pid: null });
  await vi.advanceTimersByTimeAsync(1000);
  await collector.close();
  vi.useRealTimers();
  await collector.open({ pid: null });
  answer(4096);
  await sleep(5);
  const row = new Float64Array(collector.columns.length);
  collector.sample(row, 0);
  expect(row[1]).toBeNaN();
  await collector.close();
});
