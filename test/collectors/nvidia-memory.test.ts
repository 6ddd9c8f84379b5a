import { afterAll, expect, test } from 'vitest';
import { readNvidiaMemory } from '../../src/collectors/nvidia-memory.ts';
import { StubTools } from './stub-tools.ts';

const tools = new StubTools();
afterAll(() => tools.remove());

const read = (fault?: string) =>
  readNvidiaMemory((name) => tools.add(name, fault === undefined ? {} : { STUB_FAULT: fault }));

test('memory of each device and who holds it', async () => {
  const [first, second, ...others] = await read();
  expect(first).toMatchObject({
    ...{ index: 0, totalBytes: 80 * 2 ** 30, freeBytes: 78 * 2 ** 30 },
    holders: [{ pid: 4711, name: 'python3', bytes: 1.5 * 2 ** 30 }],
  });
  expect(second).toMatchObject({ index: 1, freeBytes: 80 * 2 ** 30, holders: [] });
  expect(others).toEqual([]);
});

test('where nvidia-smi is not there, or has no answer, there are no figures', async () => {
  expect(await readNvidiaMemory(() => null)).toEqual([]);
  expect(await read('no-driver')).toEqual([]);
});
