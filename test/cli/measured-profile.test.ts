import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Ceiling } from '../../src/ceilings/ceiling.ts';
import { comparisonText } from '../../src/cli/commands/hardware-compare.ts';
import { idOfMeasuredFile, type MeasuredMachine, measuredProfile } from '../../src/cli/measured-profile.ts';
import { loadCatalogue } from '../../src/hardware/catalogue.ts';
import { compareProfiles } from '../../src/hardware/compare.ts';
import { resolveProfile } from '../../src/hardware/resolve.ts';
import { yamlText } from '../../src/kernel/yaml-source.ts';

const none: Ceiling = {
  name: 'gemm',
  unit: 'operations/s',
  precision: null,
  computedIn: null,
  threads: 2,
  value: null,
  best: null,
  quartiles: null,
  calls: 0,
  size: null,
  reason: null,
};
const product = (precision: string, computedIn: string, value: number): Ceiling => ({
  ...none,
  ...{ precision, computedIn, value, best: 2 * value, calls: 7, size: '512 × 512 × 512' },
});
const machine: MeasuredMachine = {
  device: 'AMD EPYC',
  stack: 'ort-cpu',
  version: '1.30.0',
  threads: 2,
  vendor: 'AMD',
  architecture: 'x64',
  measuredOn: { processor: 'AMD EPYC 7763', cores: 2, instructions: ['avx2'] },
  date: '2026-11-22',
  ceilings: [
    product('fp32', 'fp32', 123.44e9),
    product('fp16', 'fp32', 50e9),
    { ...none, precision: 'bf16', reason: 'no kernel' },
    product('int8', 'int8_dynamic', 400e9),
    { ...none, name: 'copy', unit: 'bytes/s', value: 10e9, size: '2 × 128 MiB' },
  ],
};

test('a figure is of what the engine computed in: a product that it casts has none, and says so', () => {
  const { peak_operations_per_second: peaks } = measuredProfile('box', machine);
  expect(peaks.fp32).toMatchObject({ value: 123.4e9, confidence: 'measured', date: '2026-11-22' });
  expect(peaks.fp32?.source).toBe('dyno hardware measure, ort-cpu 1.30.0, 2 threads');
  expect(peaks.fp16).toMatchObject({ value: null, note: 'the engine computes it in fp32' });
  expect(peaks.bf16).toMatchObject({ value: null, note: 'not measured: no kernel' });
  expect(peaks.int8?.value).toBe(400e9);
});

test('what is written is a profile that stands beside others, starred and said to be measured', () => {
  const own = mkdtempSync(join(tmpdir(), 'dyno-measured-'));
  writeFileSync(join(own, 'box.yaml'), yamlText(measuredProfile('box', machine)));
  const catalogue = loadCatalogue({ own }, '2026-11-22');
  const resolved = ['box', 'a100'].map((id) => resolveProfile(id, catalogue));
  const rows = compareProfiles(
    resolved.map(({ profile }) => profile),
    catalogue.prices,
  );
  const text = comparisonText(resolved, rows, 100);
  expect(text).toMatch(/^fp32 peak, TFLOP\/s +0\.123\* \[1\] +19\.5 158× \[2\]$/m);
  // 400 G operations for 10 G bytes.
  expect(text).toMatch(/^int8 ridge, op\/B +40\* +306 7\.65×$/m);
  expect(text).toContain('* measured on the device');
  expect(text).not.toContain('nothing here was measured');
});

test('figures that contradict each other are refused and not written', () => {
  const slow = machine.ceilings.map((one) => (one.name === 'copy' ? { ...one, value: 1e6 } : one));
  expect(() => measuredProfile('box', { ...machine, ceilings: slow })).toThrow(
    expect.objectContaining({ code: 'MEASUREMENT_IMPLAUSIBLE', exitCode: 4 }),
  );
});

test.each([
  ['box.json', 'ends in .yaml'],
  ['My Box.yaml', 'lower-case'],
  ['local.yaml', 'other than "local"'],
  ['a100.yaml', 'NVIDIA A100 SXM4 80GB has this one'],
  ['nvidia-t4.yaml', 'NVIDIA T4 has this one'],
])('--out %s is refused', (file, message) => {
  expect(() => idOfMeasuredFile(join('somewhere', file), loadCatalogue({}))).toThrow(message);
});
