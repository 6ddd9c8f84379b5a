import { expect, test } from 'vitest';
import { checkReserve, checkThroughput, fleetOf, machinesFor } from '../../../src/tco/model/fleet.ts';

const throughput = { itemsPerSecond: 100, maxUtilisation: 0.6 };

test('machines are whole: 60 items/s fill one, the next item needs a second', () => {
  expect([0.001, 60, 60.001, 120, 600, 600.1].map((peak) => machinesFor(peak, throughput))).toEqual([
    1, 1, 2, 2, 10, 11,
  ]);
});

test('a fleet that is exactly full needs no machine more, whatever the last bits of the quotient', () => {
  for (let machines = 1; machines <= 2_000; machines++) {
    expect(machinesFor(machines * 0.1 * 3, { itemsPerSecond: 0.3, maxUtilisation: 1 })).toBe(machines);
  }
});

test('cold spares lie on the shelf, powered ones stand in the rack', () => {
  const reserve = { redundantMachines: 1, spares: { rule: 'count', machines: 2 } } as const;
  const counts = { serving: 4, redundant: 1, spares: 2, total: 7 };
  expect(fleetOf(4, { ...reserve, sparesAre: 'cold' }, 0)).toEqual({ ...counts, powered: 5 });
  expect(fleetOf(4, { ...reserve, sparesAre: 'powered' }, 0)).toEqual({ ...counts, powered: 7 });
});

test('spares are counted for the redundant machines, too', () => {
  const reserve = { redundantMachines: 1, spares: { rule: 'share', share: 0.2 }, sparesAre: 'cold' } as const;
  expect(fleetOf(5, reserve, 0).spares).toBe(2); // 20 % of 6 is 1.2
});

test('a machine that does nothing, or more than it can, is refused', () => {
  expect(() => checkThroughput({ itemsPerSecond: 0, maxUtilisation: 0.6 })).toThrow(
    /throughput in items\/s above 0, got 0/,
  );
  expect(() => checkThroughput({ itemsPerSecond: 9, maxUtilisation: 1.2 })).toThrow(/utilisation from 0 to 1, got 1.2/);
  const reserve = { redundantMachines: 0.5, spares: { rule: 'count', machines: 0 }, sparesAre: 'cold' } as const;
  expect(() => checkReserve(reserve)).toThrow(/a whole number of redundant machines, 0 or more, got 0.5/);
  const spares = { rule: 'poisson', leadTimeDays: 30, confidence: 1 } as const;
  expect(() => checkReserve({ ...reserve, redundantMachines: 0, spares })).toThrow(/between 0 and 1, got 1/);
});

test('a fleet that nobody has is refused with what led to it', () => {
  const throughput = { itemsPerSecond: 10, maxUtilisation: 0.5 };
  expect(machinesFor(5e9, throughput)).toBe(1e9);
  expect(() => machinesFor(6e9, throughput)).toThrow(
    'Expected a peak for at most 1000000000 machines, got 6000000000 items/s at 5 a machine.',
  );
});
