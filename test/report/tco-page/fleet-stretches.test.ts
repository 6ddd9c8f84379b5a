import { expect, test } from 'vitest';
import { fleetStretches } from '../../../src/report/tco-page/fleet-stretches.ts';
import type { Fleet } from '../../../src/tco/model/fleet.ts';
import type { OptionYear } from '../../../src/tco/model/option-cost.ts';

const fleetOf = (serving: number, redundant: number): Fleet => ({
  serving,
  redundant,
  spares: 0,
  total: serving + redundant,
  powered: serving + redundant,
});
const year = (number: number, fleet: Fleet, utilisation: number): OptionYear => ({
  year: number,
  requests: 1,
  averageRate: 1,
  peakRate: 1,
  kilowattHours: null,
  utilisation,
  fleet,
});

test('years in a row with the same fleet are one, with the least and the most use', () => {
  const years = [
    year(1, fleetOf(2, 1), 0.1),
    year(2, fleetOf(2, 1), 0.2),
    year(3, fleetOf(3, 0), 0.15),
    year(4, fleetOf(2, 1), 0.3),
  ];
  expect(fleetStretches(years)).toEqual([
    { years: '1–2', fleet: fleetOf(2, 1), used: [0.1, 0.2] },
    { years: '3', fleet: fleetOf(3, 0), used: [0.15, 0.15] },
    { years: '4', fleet: fleetOf(2, 1), used: [0.3, 0.3] },
  ]);
  expect(fleetStretches([])).toEqual([]);
});
