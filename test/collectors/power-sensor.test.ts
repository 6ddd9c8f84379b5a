import { expect, test } from 'vitest';
import { nvidiaPowerSensor } from '../../src/collectors/power-sensor.ts';

test.each([
  'NVIDIA A100-SXM4-80GB',
  'NVIDIA A100 80GB PCIe',
  'A100-PCIE-40GB',
  'NVIDIA A100X',
  'NVIDIA H100 80GB HBM3',
  'NVIDIA H100 PCIe',
  'NVIDIA H100 NVL',
])('the sensor of %s was measured to look at a quarter of the time', (name) => {
  expect(nvidiaPowerSensor(name)).toEqual({
    sensorError: 0.05,
    sensorCoverage: 0.25,
    sensorSource: 'arXiv 2312.02741',
  });
});

test.each([
  ['NVIDIA A30', 'GA100'],
  ['NVIDIA A800-SXM4-80GB', 'GA100'],
  ['NVIDIA CMP 170HX', 'GA100'],
  ['NVIDIA H200', 'GH100'],
  ['NVIDIA H20-3e', 'GH100'],
  ['NVIDIA H800', 'GH100'],
  ['NVIDIA GH200 480GB', 'GH100'],
])('%s has the die of one that was measured, and its source says that it was not measured itself', (name, die) => {
  const { sensorCoverage, sensorSource } = nvidiaPowerSensor(name);
  expect(sensorCoverage).toBe(0.25);
  expect(sensorSource).toContain(`measured other boards with this die (${die})`);
});

test.each([
  'NVIDIA A10',
  'NVIDIA RTX A3000',
  'NVIDIA RTX A1000',
  'NVIDIA GeForce RTX 4080 SUPER',
  'NVIDIA B200',
  'Tesla V100-SXM2-16GB',
  null,
])('nothing is said against the sensor of %s but its error', (name) => {
  expect(nvidiaPowerSensor(name)).toEqual({ sensorError: 0.05, sensorSource: 'arXiv 2312.02741' });
});
