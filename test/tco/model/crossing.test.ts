import { expect, test } from 'vitest';
import { breakEvenUtilisation } from '../../../src/tco/model/break-even.ts';
import { crossing } from '../../../src/tco/model/crossing.ts';
import { hoursPerYear } from '../../../src/tco/model/demand.ts';
import { machinesFor } from '../../../src/tco/model/fleet.ts';
import type { Option } from '../../../src/tco/model/option.ts';
import { optionCost } from '../../../src/tco/model/option-cost.ts';
import { volumeCurve } from '../../../src/tco/model/volume-curve.ts';
import { cloud, oneASecond, owned } from './example-options.ts';

/** Requests a day that are so many a second. */
const perSecond = (rate: number) => rate * 86_400;

const large = owned({ name: 'large', itemsPerSecond: 238, capital: { acceleratorPrice: 15_000 } });
const small = owned({ name: 'small', itemsPerSecond: 100, capital: { acceleratorPrice: 8_000 } });
const curve = (option: Option, rate = 0) => volumeCurve(option, oneASecond, rate);
const near = (rate: number) => expect.closeTo(perSecond(rate), 3);

test('the large machine wins above one small one, loses where it needs another, and wins for good above five', () => {
  const found = crossing(curve(large), curve(small));
  // Small: 8,000 for every 100/s begun; large: 15,000 for every 238/s begun. Up to 100 8 : 15; to 238 16 to 24 : 15; to 300 24 : 30;
  // to 476 32 to 40 : 30; to 500 40 : 45; to 714 48 and more : 45; from there on the large ones are always cheaper.
  expect(found.stretches.slice(0, 2)).toEqual([
    { from: near(100), to: near(238) },
    { from: near(300), to: near(476) },
  ]);
  expect(found.stretches).toHaveLength(3);
  expect(found).toMatchObject({ first: near(100), persistent: near(500), isSettled: true });
});

test('seen from the other side the stretches are those that are left', () => {
  const found = crossing(curve(small), curve(large));
  expect(found.stretches).toEqual([
    { from: 0, to: near(100) },
    { from: near(238), to: near(300) },
    { from: near(476), to: near(500) },
  ]);
  expect(found).toMatchObject({ first: 0, persistent: null });
});

test('it goes as far as anything can change: nothing else turns up in ten times that', () => {
  const short = crossing(curve(large), curve(small));
  const long = crossing(curve(large), curve(small), 10 * short.examinedTo);
  expect(long.stretches.map(({ from }) => from)).toEqual(short.stretches.map(({ from }) => from));
});

test('a volume too small to settle it is said not to', () => {
  const found = crossing(curve(large), curve(small), perSecond(250));
  expect(found).toMatchObject({ first: near(100), persistent: null, isSettled: false });
  expect(crossing(curve(large), curve(small), perSecond(200))).toMatchObject({
    persistent: near(100),
    isSettled: false,
  });
});

test('at every volume the stretches say what the costs say', () => {
  const found = crossing(curve(large, 0.08), curve(small, 0.08), perSecond(1_000));
  for (let rate = 1.5; rate < 1_000; rate += 1) {
    const [ofLarge, ofSmall] = [large, small].map(
      (option) => optionCost(option, { ...oneASecond, requestsPerDay: perSecond(rate) }, 0.08).equivalentAnnualCost,
    );
    const isIn = found.stretches.some(({ from, to }) => perSecond(rate) > from && perSecond(rate) <= to);
    expect(isIn, `${rate}/s`).toBe(Number(ofLarge) < Number(ofSmall));
  }
});

test('where costs rise with the volume itself, the crossing lies within a step, at its exact place', () => {
  // One owned machine of 10,000 against 0.01 a request: the same after 1,000,000 requests in three years.
  const traffic = { egressGigabytesPerRequest: 1, egressPrice: 0.01, storageCost: 0 };
  const paidByRequest = cloud({ onDemandPrice: 0, traffic });
  const { first, persistent } = crossing(curve(owned()), curve(paidByRequest));
  expect(first).toBeCloseTo(1e6 / (3 * 365.25), 6);
  expect(persistent).toBe(first);
});

test('break-even with the cloud is the same by utilisation and by volume', () => {
  // Rented hours that follow the load without steps: 2 an hour for 100 items/s, by the request.
  const byRequest = 2 / 3_600 / 100;
  const traffic = { egressGigabytesPerRequest: 1, egressPrice: byRequest, storageCost: 0 };
  const bought = owned({ capital: { acceleratorPrice: 20_000 } });
  const { first } = crossing(curve(bought, 0.08), curve(cloud({ onDemandPrice: 0, traffic }), 0.08));
  const { equivalentAnnualCost } = optionCost(bought, oneASecond, 0.08);
  const utilisation = breakEvenUtilisation(equivalentAnnualCost, 1, 2);
  expect(utilisation).toBeCloseTo(20_000 / 2.577097 / (hoursPerYear * 2), 6);
  expect((first ?? 0) / perSecond(100)).toBeCloseTo(utilisation, 10);
});

test('growth gives every year its own steps', () => {
  const growing = { ...oneASecond, growthPerYear: 1 };
  const grown = volumeCurve(small, growing, 0);
  expect(grown.steps).toEqual([near(100), near(50), near(25)]);
  expect(grown.line).toBeNull();
  // At 25/s one machine carries all years. Up to 50/s the third year needs a second one, which brings two thirds of its price afterwards:
  // 10,667. Above it there are one, two and three, of which the younger two bring a third and two thirds: 16,000, more than one large one.
  expect(3 * grown.cost(perSecond(25), [1, 1, 1])).toBeCloseTo(8_000, 8);
  expect(3 * grown.cost(perSecond(50), [1, 1, 2])).toBeCloseTo(10_666.67, 2);
  expect(3 * grown.cost(perSecond(51), [1, 2, 3])).toBeCloseTo(16_000, 8);
  const found = crossing(volumeCurve(large, growing, 0), grown, perSecond(400));
  expect(found.first).toEqual(near(50));
  expect(found.isSettled).toBe(false);
});

test('the machines of a curve are those of the fleet', () => {
  const demand = { ...oneASecond, peakToAverage: 3, itemsPerRequest: 2 };
  const option = { ...small, throughput: { itemsPerSecond: 100, maxUtilisation: 0.6 } };
  const [step = 0] = volumeCurve(option, demand, 0).steps;
  expect(step).toEqual(near(10)); // 60 items/s are 20 at the mean, 10 requests
  const peak = (volume: number) => (volume / 86_400) * 2 * 3;
  expect([0.5, 1, 1.001, 7].map((count) => machinesFor(peak(count * step), option.throughput))).toEqual([1, 1, 2, 7]);
});

test('costs that are no lines need a volume to look up to', () => {
  const withSpares = owned({ name: 'spared', reserve: { spares: { rule: 'share', share: 0.05 } } });
  expect(() => crossing(curve(withSpares), curve(small))).toThrow(/up to which spared and small are compared/);
  expect(crossing(curve(withSpares), curve(small), perSecond(1_000)).isSettled).toBe(false);
  expect(() => crossing(curve(large), curve(small), 1e14)).toThrow(/at most 1000000 steps up to it/);
  const twin = owned({ name: 'twin', itemsPerSecond: 200, capital: { acceleratorPrice: 16_000 } });
  expect(() => crossing(curve(twin), curve(small))).toThrow(/rise equally fast/);
});
