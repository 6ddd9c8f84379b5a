import { expect, test } from 'vitest';
import { largeFleetCostRatio, machineCost, ratioForLower, withThroughput } from '../../../src/tco/model/large-fleet.ts';
import { cloud, oneASecond, owned } from './example-options.ts';

const model = { demand: oneASecond, discountRate: 0, options: [] };

test('in a large fleet a machine costs its price, and its share of the spares', () => {
  expect(machineCost(owned(), model)).toBe(10_000);
  expect(machineCost(owned({ reserve: { spares: { rule: 'share', share: 0.05 } } }), model)).toBe(10_500);
  // One machine in reserve is nothing among 10,000.
  expect(machineCost(owned({ reserve: { redundantMachines: 1 } }), model)).toBe(10_001);
});

test('machines that may be used less count for less', () => {
  // The same machine at half the use needs twice as many.
  expect(largeFleetCostRatio(owned({ maxUtilisation: 0.4 }), owned({ maxUtilisation: 0.8 }), model)).toBeCloseTo(2, 12);
  expect(ratioForLower(owned({ maxUtilisation: 0.4 }), owned({ maxUtilisation: 0.8 }), 0, model)).toBeCloseTo(2, 12);
});

test('at the ratio for a saving the fleet costs that much less, traffic by request included', () => {
  const traffic = { egressGigabytesPerRequest: 1e-6, egressPrice: 5, storageCost: 0 };
  const a = cloud({ name: 'a', onDemandPrice: 9, traffic });
  const b = cloud({ name: 'b', onDemandPrice: 2, traffic });
  const ratio = ratioForLower(a, b, 0.22, model);
  expect(ratio).not.toBeNull();
  const faster = withThroughput(a, b.throughput.itemsPerSecond * (ratio ?? Number.NaN));
  expect(largeFleetCostRatio(faster, b, model)).toBeCloseTo(0.78, 10);
});

test('no ratio is enough where the traffic alone costs more', () => {
  const traffic = { egressGigabytesPerRequest: 1e-3, egressPrice: 5, storageCost: 0 };
  expect(ratioForLower(cloud({ name: 'a', traffic }), cloud({ name: 'b' }), 0, model)).toBeNull();
});
