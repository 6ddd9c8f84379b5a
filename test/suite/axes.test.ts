import { expect, test } from 'vitest';
import { compileSuites } from '../../src/suite/compile.ts';
import { known, suiteFolder } from './suite-folder.ts';

const { write } = suiteFolder();

const axesText = (matrix: string): string[] =>
  compileSuites([write(`name: a\nworkloads: [digits]\nmatrix: {${matrix}}\n`)], {}, known).cases.map(
    ({ axes }) => `${axes.precision} ${axes.hygiene} ${axes.fusion} ${axes.layout}`,
  );

test('a graph is cleaned where it is rewritten anyway, and the layout is the engine’s where it fuses', () => {
  expect(axesText('precision: [fp32, int8], fusion: ["off", graph, engine, "on"]')).toEqual([
    'fp32 off off plain',
    'fp32 on graph plain',
    'fp32 off engine engine',
    'fp32 on on engine',
    'int8 on off plain',
    'int8 on graph plain',
    'int8 on engine engine',
    'int8 on on engine',
  ]);
});

test('tf32 is another way to compute the same file, which is cleaned only where fp32 is', () => {
  expect(axesText('precision: [tf32], fusion: ["off", engine, "on"]')).toEqual([
    'tf32 off off plain',
    'tf32 off engine engine',
    'tf32 on on engine',
  ]);
  expect(axesText('precision: [tf32], fusion: [engine], hygiene: ["on", "off"]')).toEqual([
    'tf32 on engine engine',
    'tf32 off engine engine',
  ]);
});

test('combinations that nobody can have are the nearest that there is, and run once', () => {
  expect(axesText('fusion: ["off", engine], layout: [engine, plain]')).toEqual([
    'fp32 off off plain',
    'fp32 off engine engine',
    'fp32 off engine plain',
  ]);
  expect(axesText('precision: [fp32, int8], fusion: "off", hygiene: ["on", "off"]')).toEqual([
    'fp32 on off plain',
    'fp32 off off plain',
    'int8 on off plain',
  ]);
});

test('include, exclude and zip know hygiene and layout', () => {
  expect(
    axesText('fusion: [engine, "on"], layout: [engine, plain], exclude: [{ fusion: "on", layout: plain }]'),
  ).toEqual(['fp32 off engine engine', 'fp32 off engine plain', 'fp32 on on engine']);
  expect(axesText('fusion: [engine], include: [{ fusion: engine, hygiene: "on" }]')).toEqual(['fp32 on engine engine']);
  expect(axesText('zip: [{ fusion: ["off", engine], hygiene: ["on", "off"] }]')).toEqual([
    'fp32 on off plain',
    'fp32 off engine engine',
  ]);
});

test('cases that use no axis that came later keep the keys and names that they had before', () => {
  const path = write('name: a\nworkloads: [digits]\nmatrix: {fusion: ["on", "off"], threads: 2}\n');
  // Taken from the version that knew neither hygiene nor layout.
  expect(compileSuites([path], {}, known).cases.map(({ id, key }) => [id, key])).toEqual([
    [
      'digits/ort-cpu/b1/fp32/fusion-on/t2/single_stream',
      '09d04d237603915df82dd9ef85f986bfd871f81da9e96201e5122fc7084b94f8',
    ],
    [
      'digits/ort-cpu/b1/fp32/fusion-off/t2/single_stream',
      'd1fa7e6f237a7d62190b1c80c526be4c16fbcf12965a2e5bd2c0002cd45246a8',
    ],
  ]);
});

test('an unusual hygiene or layout is in the name and the key of a case, a usual one that is stated is not', () => {
  const cases = (matrix: string) =>
    compileSuites([write(`name: a\nworkloads: [digits]\nmatrix: {${matrix}}\n`)], {}, known).cases;
  const all = cases('fusion: [engine], hygiene: ["off", "on"], layout: [engine, plain]');
  expect(all.map(({ id }) => id)).toEqual([
    'digits/ort-cpu/b1/fp32/fusion-engine/t2/single_stream',
    'digits/ort-cpu/b1/fp32/fusion-engine/t2/layout-plain/single_stream',
    'digits/ort-cpu/b1/fp32/fusion-engine/t2/hygiene-on/single_stream',
    'digits/ort-cpu/b1/fp32/fusion-engine/t2/hygiene-on/layout-plain/single_stream',
  ]);
  expect(new Set(all.map(({ key }) => key)).size).toBe(4);
  expect(cases('fusion: [engine]').map(({ key }) => key)).toEqual([all[0]?.key]);
});

test('a layout that followed from the fusion was not taken from the suite', () => {
  const path = write('name: a\nworkloads: [digits]\nmatrix: {fusion: ["off", engine], layout: [engine]}\n');
  expect(
    compileSuites([path], {}, known).cases.map(({ axes, axisOrigins }) => [axes.layout, axisOrigins.layout]),
  ).toEqual([
    ['plain', 'default'],
    ['engine', 'suite'],
  ]);
});
