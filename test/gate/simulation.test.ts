import { expect, test } from 'vitest';
import { gateRates, machine, simulateGate, suiteRates } from '../../bench/gate-experiments.mjs';
import { decide } from '../../src/gate/decide.ts';
import { defaultSettings, quickSettings } from '../../src/gate/settings.ts';
import { latency } from './made-pairs.ts';

/*
 * Whole gates on the machine of bench/gate-experiments.mjs, whose seeds make every run of this file the same. The wanted rate is that of
 * endless gates; of so many a rate may differ from it by three standard errors.
 */
const gates = 150;
const error = (share: number, count = gates) => 3 * Math.sqrt((share * (1 - share)) / count);

test('the machine is as noisy as shared runners are', () => {
  expect(machine).toMatchObject({ walk: 0.004, step: { chance: 0.05, slots: [1, 6] }, process: 0.01, within: 0.05 });
  expect(Math.exp(machine.step.size)).toBeCloseTo(1.08, 12);
  expect(machine.spike.chance).toBe(0);
});

test('equal versions are flagged in at most 1 % of gates, never fail, and take little more than the first look', () => {
  const { flagged, regressed, pass, pairs } = gateRates({}, 2 * gates);
  expect(flagged).toBeLessThanOrEqual(0.01);
  expect(regressed).toBe(0);
  expect(pass).toBeGreaterThan(0.98);
  expect(pairs).toBeLessThan(13);
});

test('a change of just the margin is flagged in at most 2.5 %, and fails in at most 2.5 % of these', () => {
  const { flagged, regressed, pass } = gateRates({ code: { effect: 0.05 } }, gates);
  expect(flagged).toBeLessThanOrEqual(0.025 + error(0.025));
  expect(regressed).toBeLessThanOrEqual(0.01);
  // Nor is it often passed: that is a statement, too.
  expect(pass).toBeLessThanOrEqual(0.025 + error(0.025));
});

test('8 % against a margin of 5 % are found in 95 % and more, and fail the gate', () => {
  const { flagged, regressed } = gateRates({ code: { effect: 0.08 } }, gates);
  expect(flagged).toBeGreaterThanOrEqual(0.95);
  expect(regressed).toBeGreaterThanOrEqual(0.95);
});

test('a single look at ten pairs finds 8 % in about three of four', () => {
  const { flagged } = gateRates({ code: { effect: 0.08 }, settings: { looks: [10] } }, 2 * gates);
  expect(Math.abs(flagged - 0.76)).toBeLessThan(error(0.76, 2 * gates));
});

test('a first slot that is 3 % faster flags at most 5 % where the order is drawn, and most where it is fixed', () => {
  const slot = { code: { slotPenalty: -0.03 }, margin: 0.015 };
  expect(gateRates(slot, 30).flagged).toBeLessThanOrEqual(0.05);
  expect(gateRates({ ...slot, order: 'fixed' }, 20).flagged).toBeGreaterThan(0.8);
});

test('8 % are found among processes of which one in twelve is 30 % slower, and equal versions pass', () => {
  const noise = { spike: { chance: 0.08, size: Math.log(1.3) } };
  expect(gateRates({ noise, code: { effect: 0.08 } }, 40).regressed).toBeGreaterThanOrEqual(0.9);
  expect(gateRates({ noise }, gates)).toMatchObject({ flagged: 0, regressed: 0 });
});

test('--quick raises no more alarms, and finds 20 % as surely on a machine that is three times as uneven', () => {
  const settings = quickSettings;
  expect(gateRates({ settings }, gates)).toMatchObject({ flagged: 0, regressed: 0 });
  const atMargin = gateRates({ settings, code: { effect: 0.05 } }, gates);
  expect(atMargin.flagged).toBeLessThanOrEqual(0.025 + error(0.025));
  expect(atMargin.regressed).toBeLessThanOrEqual(0.01);
  expect(gateRates({ settings, code: { effect: 0.2 }, noise: { process: 0.03 } }, gates).regressed).toBeGreaterThan(
    0.98,
  );
});

test('of fifty equal rows none fails, and few suites have one flagged', () => {
  const { flagged, regressed, shifted } = suiteRates({ scenarios: 50 }, 6);
  expect({ regressed, shifted }).toEqual({ regressed: 0, shifted: 0 });
  expect(flagged).toBeLessThanOrEqual(0.1);
});

test('of fifty rows the three that are 10 % slower are found', () => {
  const { found, regressed } = suiteRates({ scenarios: 50, code: { effect: 0.1, affected: 3 } }, 3);
  expect(found).toBeGreaterThan(0.9);
  expect(regressed).toBe(0);
});

test('a simulated gate is decided again from its pairs alone, byte for byte', () => {
  const { decision, pairs } = simulateGate(3, { code: { effect: 0.08 } });
  const settings = { ...defaultSettings, seed: 3, metrics: [latency({ scenario: 'scenario 1' })] };
  expect(JSON.stringify(decide(settings, JSON.parse(JSON.stringify(pairs))))).toBe(JSON.stringify(decision));
});
