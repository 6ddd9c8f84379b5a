import { expect, test } from 'vitest';
import { hoursPerYear } from '../../../src/tco/model/demand.ts';
import { optionCost } from '../../../src/tco/model/option-cost.ts';
import { checkOwned, type OwnedOption } from '../../../src/tco/model/owned.ts';
import { oneASecond, owned } from './example-options.ts';

/** What is paid for an item over the life, for a demand of 150 items/s that two machines carry. */
const demand = { ...oneASecond, requestsPerDay: 150 * 86_400 };
const paid = (option: OwnedOption) => Object.fromEntries(optionCost(option, demand, 0).byItem);

test('a machine is its accelerators, a host by share and by amount, and its part of the network', () => {
  const option = owned({
    capital: { acceleratorsPerMachine: 4, serverOverhead: 0.5, hostPrice: 3_000, networkShare: 0.1 },
  });
  // Two machines of 4 × 10,000, each with 20,000 + 3,000 of host, and 10 % of the 126,000 for the network.
  expect(paid(option)).toEqual({ accelerators: 80_000, hosts: 46_000, network_equipment: 12_600 });
});

test('installation is paid per machine and once; a site by the power that is provisioned', () => {
  const option = owned({
    capital: { installation: 700, installationPerMachine: 40 },
    power: { provisionedWatts: 500 },
    facility: { sitePerKilowatt: 10_000 },
  });
  expect(paid(option)).toEqual({ accelerators: 20_000, installation: 780, site: 10_000 });
});

test('energy lies between idle and load by the use of the machines, times PUE', () => {
  const option = owned({
    power: { idleWatts: 100, loadWatts: 500, provisionedWatts: 600 },
    facility: { powerUsageEffectiveness: 1.5, electricityPrice: 0.1 },
  });
  // Two machines idle at 200 W; 150 of 100 items/s add 1.5 × 400 W: 800 W, 1.2 kW from the grid.
  expect(paid(option).energy).toBeCloseTo(3 * 1.2 * hoursPerYear * 0.1, 8);
});

test('the highest utilisation sizes the fleet and does not enter the energy again', () => {
  const at = (maxUtilisation: number) =>
    optionCost(
      owned({ maxUtilisation, power: { idleWatts: 0, loadWatts: 500 }, facility: { electricityPrice: 0.1 } }),
      demand,
      0,
    );
  expect([1, 0.5].map((share) => at(share).years[0]?.fleet.serving)).toEqual([2, 3]);
  expect(at(0.5).byItem.get('energy')).toBe(at(1).byItem.get('energy'));
});

test('machines that idle without drawing power cost the same energy however many there are', () => {
  const option = (redundantMachines: number) =>
    owned({ reserve: { redundantMachines }, power: { loadWatts: 500 }, facility: { electricityPrice: 0.1 } });
  expect(paid(option(5)).energy).toBe(paid(option(0)).energy);
});

test('the tariff rises from the second year on', () => {
  const option = owned({
    power: { idleWatts: 500, loadWatts: 500 },
    facility: { electricityPrice: 0.1, electricityEscalation: 0.1 },
  });
  expect(paid(option).energy).toBeCloseTo(hoursPerYear * 0.1 * (1 + 1.1 + 1.21), 8); // 1 kW
});

test('colocation rents the provisioned power, whatever is drawn, without PUE', () => {
  const option = owned({
    power: { provisionedWatts: 700 },
    facility: { powerUsageEffectiveness: 1.5, colocationPerKilowattMonth: 200 },
  });
  expect(paid(option).colocation).toBeCloseTo(3 * 12 * 1.4 * 200, 8);
});

test('maintenance goes by the price of the equipment, not by that of its installation', () => {
  const option = owned({
    capital: { hostPrice: 2_000, installationPerMachine: 5_000 },
    running: { maintenanceShare: 0.05 },
  });
  expect(paid(option).maintenance).toBeCloseTo(3 * 2 * 12_000 * 0.05, 8);
});

test('people, connectivity and licences are paid per machine and year', () => {
  const running = { staffPerMachine: 0.02, staffCost: 100_000, connectivityPerMachine: 120, licencesPerMachine: 300 };
  expect(paid(owned({ running }))).toEqual({ accelerators: 20_000, staff: 12_000, connectivity: 720, licences: 1_800 });
});

test('failed accelerators are paid for once the warranty is over', () => {
  const replaced = (warrantyYears: number) =>
    paid(owned({ failures: { annualRate: 0.05, warrantyYears }, capital: { acceleratorsPerMachine: 2 } })).replacement;
  // 4 accelerators, 5 % of them a year at 10,000.
  expect(replaced(0)).toBeCloseTo(6_000, 8);
  expect(replaced(1.5)).toBeCloseTo(3_000, 8);
  expect(replaced(3)).toBeUndefined();
});

test('spares and redundant machines are bought; spares on the shelf rent no power', () => {
  const option = owned({
    reserve: { redundantMachines: 1, spares: { rule: 'count', machines: 2 } },
    power: { provisionedWatts: 1_000 },
    facility: { colocationPerKilowattMonth: 100 },
  });
  expect(paid(option)).toEqual({ accelerators: 50_000, colocation: 3 * 3 * 1_200 });
});

test('a growing demand has its machines bought when they are needed, and the younger ones bring more in the end', () => {
  const option = owned({ lifeYears: 4, capital: { residualShare: 0.2 } });
  const growing = { ...oneASecond, requestsPerDay: 100 * 86_400, growthPerYear: 0.5 };
  const { years, cashFlow, byItem } = optionCost(option, growing, 0);
  expect(years.map(({ fleet }) => fleet.serving)).toEqual([1, 2, 3, 4]); // 100, 150, 225, 337.5 items/s
  // One machine at the beginning of each year; at the end they are 4, 3, 2 and 1 years old and bring 20, 40, 60 and 80 %.
  expect(byItem.get('residual')).toBeCloseTo(-20_000, 8);
  expect(cashFlow).toEqual([10_000, 10_000, 10_000, 10_000, expect.closeTo(-20_000, 8)]);
});

test('a shrinking demand sells nothing before the end', () => {
  const option = owned({ running: { maintenanceShare: 0.1, licencesPerMachine: 100 } });
  const shrinking = { ...oneASecond, requestsPerDay: 200 * 86_400, growthPerYear: -0.5 };
  // Two machines, then one; both stay under maintenance, only the running one needs a licence.
  expect(optionCost(option, shrinking, 0).cashFlow).toEqual([20_000, 2_200, 2_100, 2_100]);
});

test('each figure that cannot be is refused with what was expected', () => {
  const refused: [OwnedOption, RegExp][] = [
    [owned({ capital: { acceleratorPrice: -1 } }), /a price of an accelerator of 0 or more, got -1/],
    [owned({ facility: { powerUsageEffectiveness: 0.8 } }), /a PUE from 1 to 10, got 0.8/],
    [owned({ capital: { residualShare: 1.1 } }), /a residual share from 0 to 1, got 1.1/],
    [owned({ power: { idleWatts: 300, loadWatts: 200 } }), /at least the 300 W when idle, got 200/],
    [owned({ lifeYears: 2.5 }), /a whole number of years of life, 1 or more, got 2.5/],
    [owned({ facility: { electricityPrice: Number.NaN } }), /a price of electricity of 0 or more, got NaN/],
    [
      owned({ failures: { annualRate: Number.POSITIVE_INFINITY } }),
      /an annual failure rate of 0 or more, got Infinity/,
    ],
  ];
  for (const [option, message] of refused) expect(() => checkOwned(option)).toThrow(message);
  expect(() => checkOwned(owned())).not.toThrow();
});
