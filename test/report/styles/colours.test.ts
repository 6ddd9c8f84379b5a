import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fusionHue } from '../../../src/report/charts/theme.ts';

type Triple = [number, number, number];

const names = Object.entries(fusionHue).map(([group, hue]) => [group, hue.replace(/^var\((.*)\)$/, '$1')] as const);
const css = readFileSync(new URL('../../../src/report/styles/1-colours.css', import.meta.url), 'utf8');
/** Light, dark and print, in the order of the file. */
const themes = css
  .split(':root {')
  .slice(1)
  .map((block) => new Map([...block.matchAll(/(--[a-z-]+): (#[0-9a-f]{6});/g)].map(([, name, hex]) => [name, hex])));

test('every kind of fusion has a colour in every theme, with a contrast of at least 3 to the page', () => {
  expect(themes).toHaveLength(3);
  for (const theme of themes)
    for (const [, name] of names)
      expect(contrast(theme.get(name) ?? '', theme.get('--page') ?? '')).toBeGreaterThanOrEqual(3);
});

test('any two of the four kinds are at least 0.15 apart in OKLab, seen with and without colour blindness', () => {
  for (const theme of themes) {
    const hues = names.filter(([group]) => group !== 'other').map(([, name]) => theme.get(name) ?? '');
    expect(hues).toHaveLength(4);
    for (const seen of Object.values(visions))
      for (const [index, a] of hues.entries())
        for (const b of hues.slice(index + 1)) expect(apart(a, b, seen)).toBeGreaterThanOrEqual(0.15);
  }
});

/** Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency", 2009, severity 1. */
const visions: Readonly<Record<string, readonly Triple[]>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Relative luminances as WCAG 2 has them. */
function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [a, b]
    .map((hex) => product([[0.2126, 0.7152, 0.0722]], linear(hex))[0] ?? Number.NaN)
    .sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function apart(a: string, b: string, seen: readonly Triple[]): number {
  const [x, y] = [a, b].map((hex) => oklab(product(seen, linear(hex)).map((part) => Math.min(1, Math.max(0, part)))));
  return Math.hypot(...(x ?? []).map((part, index) => part - (y?.[index] ?? Number.NaN)));
}

function linear(hex: string): number[] {
  expect(hex).toMatch(/^#[0-9a-f]{6}$/);
  return [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
}

/** B. Ottosson, "A perceptual color space for image processing", 2020. */
function oklab(rgb: readonly number[]): number[] {
  const cones = product(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb,
  ).map(Math.cbrt);
  return product(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones,
  );
}

function product(matrix: readonly Triple[], vector: readonly number[]): number[] {
  return matrix.map((line) => line.reduce((sum, part, index) => sum + part * (vector[index] ?? Number.NaN), 0));
}
