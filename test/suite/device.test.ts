import { expect, test } from 'vitest';
import { compileSuites } from '../../src/suite/compile.ts';
import type { Device } from '../../src/suite/device.ts';
import { expandMatrix } from '../../src/suite/expand.ts';
import { known, suiteFolder } from './suite-folder.ts';

const gpu: Device = {
  id: 'some-gpu',
  backend: 'gpu-backend',
  axes: { backend: ['gpu-backend'], precision: ['fp16'], batch_size: [1, 8], threads: ['auto'] },
};
const use = { workload: 'digits', scenario: 'offline', availableCores: 4, device: gpu };
const texts = (matrix: Parameters<typeof expandMatrix>[0]) =>
  expandMatrix(matrix, use).combinations.map(
    ({ backend, batch_size, precision, threads }) => `${backend} b${batch_size} ${precision} t${threads}`,
  );

test('axes that a matrix does not state take the values of the device, several of them as several cases', () => {
  expect(texts({})).toEqual(['gpu-backend b1 fp16 t4', 'gpu-backend b8 fp16 t4']);
});

test('what a matrix states stands', () => {
  expect(texts({ batch_size: 32, precision: ['fp32', 'int8'] })).toEqual([
    'gpu-backend b32 fp32 t4',
    'gpu-backend b32 int8 t4',
  ]);
});

test('cases of another backend than the device’s adapt to nothing', () => {
  expect(texts({ backend: ['ort-cpu', 'gpu-backend'] })).toEqual([
    'ort-cpu b1 fp32 t4',
    'gpu-backend b1 fp16 t4',
    'gpu-backend b8 fp16 t4',
  ]);
});

test('an include that sets an axis which the matrix does not list sets it before the device does', () => {
  expect(texts({ include: [{ precision: 'fp32' }], batch_size: [1] })).toEqual(['gpu-backend b1 fp32 t4']);
});

const { write } = suiteFolder();
const processor: Device = {
  id: 'some-cpu',
  backend: 'ort-cpu',
  axes: { backend: ['ort-cpu'], precision: ['int8'], spinning: ['on'] },
};

test('a plan says where the value of each axis came from', () => {
  const path = write('name: s\nworkloads: [digits]\nmatrix: { fusion: "off" }\n');
  const targets = [{ profile: 'local', device: processor }];
  const plan = compileSuites([path], { batchSize: '4' }, { ...known, targets });
  expect(plan.cases.map(({ axes, axisOrigins }) => ({ axes, axisOrigins }))).toEqual([
    {
      axes: {
        backend: 'ort-cpu',
        batchSize: 4,
        precision: 'int8',
        hygiene: 'on', // because int8 is converted
        fusion: 'off',
        layout: 'plain',
        threads: 2,
        spinning: 'on',
      },
      axisOrigins: {
        backend: 'profile some-cpu',
        batchSize: 'option',
        precision: 'profile some-cpu',
        hygiene: 'default',
        fusion: 'suite',
        layout: 'default',
        threads: 'default',
        spinning: 'profile some-cpu',
      },
    },
  ]);
});

test('cases carry the profile that they run on, each target its own', () => {
  const path = write('name: t\nworkloads: [digits]\n', 't.yaml');
  const targets = [
    { profile: 'some-cpu', device: processor },
    { profile: 'local', device: null },
  ];
  const { cases } = compileSuites([path], {}, { ...known, targets });
  expect(cases.map(({ id, profile }) => `${id} ${profile}`)).toEqual([
    'digits/ort-cpu/b1/int8/fusion-on/t2/spinning/single_stream/some-cpu some-cpu',
    'digits/ort-cpu/b1/fp32/fusion-on/t2/single_stream local',
  ]);
  expect(new Set(cases.map(({ key }) => key)).size).toBe(2);
});

test('where a value came from is no part of a case’s key', () => {
  const stated = write(
    'name: u\nworkloads: [digits]\nmatrix: { precision: int8, spinning: "on", backend: ort-cpu }\n',
    'u.yaml',
  );
  const left = write('name: v\nworkloads: [digits]\n', 'v.yaml');
  const targets = [{ profile: 'local', device: processor }];
  const keyOf = (path: string, change: object) => compileSuites([path], {}, { ...known, ...change }).cases[0]?.key;
  expect(keyOf(left, { targets })).toBe(keyOf(stated, {}));
});
