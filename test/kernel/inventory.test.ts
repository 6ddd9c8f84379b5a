import { cpus, totalmem } from 'node:os';
import { expect, test } from 'vitest';
import { availableMemoryBytes, takeInventory } from '../../src/kernel/inventory.ts';

test('the inventory agrees with Node.js on cores and memory, and names neither serials nor UUIDs', async () => {
  const inventory = await takeInventory();
  expect(inventory.cpu.logicalCores).toBe(cpus().length);
  expect(Math.abs(inventory.memory.totalBytes - totalmem())).toBeLessThan(2 ** 30);
  expect(JSON.stringify(inventory)).not.toMatch(/serial|uuid|hostname|fqdn/i);
});

test('available memory is more than nothing and less than all there is', async () => {
  const bytes = await availableMemoryBytes();
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThan(totalmem());
});
