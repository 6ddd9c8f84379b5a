import { expect, test } from 'vitest';
import { fusionInEffect, layoutInEffect, nothingToFuse } from '../../../src/engine/proof/fusion-evidence.ts';

const source = { BatchNormalization: 1, Conv: 1, Relu: 1 };
const plain = { 'com.microsoft:FusedConv': 1 };
const engine = { 'com.microsoft.nchwc:Conv': 1 };

test('an off that left a fused operator or folded a normalisation is told as on', () => {
  const told = (off: Record<string, number>) => fusionInEffect('off', { source, engine, plain, off });
  expect(told(source)).toBe('off');
  expect(told({ Conv: 1, Relu: 1 })).toBe('on');
  expect(told({ BatchNormalization: 1, Relu: 1, 'com.microsoft:FusedConv': 1 })).toBe('on');
  // Constants folded and data moved otherwise is no fusion.
  expect(
    fusionInEffect('off', { source: { ...source, Shape: 3 }, engine, plain, off: { ...source, Transpose: 1 } }),
  ).toBe('off');
});

test('8-bit operators in place of floats between 8 bits are no fusion', () => {
  const quantized = { Conv: 2, DequantizeLinear: 7, MatMul: 1, QuantizeLinear: 3, Relu: 1 };
  // A copy of a QuantizeLinear for each consumer is none either.
  const off = { QLinearConv: 2, 'com.microsoft:QGemm': 1, QuantizeLinear: 4, DequantizeLinear: 1, Relu: 1 };
  expect(fusionInEffect('off', { source: quantized, engine, plain, off })).toBe('off');
  expect(
    fusionInEffect('off', { source: quantized, engine, plain, off: { ...off, 'com.microsoft:FusedGemm': 1 } }),
  ).toBe('on');
});

test('what only changes the layout tells nothing of fusion, and what only fuses nothing of the layout', () => {
  const quantized = { QLinearConv: 1 };
  const channelsLast = { 'com.microsoft:QLinearConv': 1, Transpose: 2 };
  const turned = { source: quantized, engine: channelsLast, plain: quantized, off: quantized };
  expect(fusionInEffect('on', turned)).toBeNull();
  expect(layoutInEffect('nhwc', turned)).toBe('engine');
  expect(layoutInEffect('plain', turned)).toBe('plain');
  expect(nothingToFuse(turned)).toBe(false);
  const joined = { source, engine: plain, plain, off: source };
  expect(fusionInEffect('on', joined)).toBe('on');
  expect(layoutInEffect('plain', joined)).toBeNull();
});

test('the order in which operators are listed makes no difference', () => {
  expect(nothingToFuse({ source: {}, plain: {}, engine: { A: 1, B: 2 }, off: { B: 2, A: 1 } })).toBe(true);
  expect(nothingToFuse({ source: {}, plain: {}, engine: { A: 1, B: 2 }, off: { B: 2, A: 2 } })).toBe(false);
});
