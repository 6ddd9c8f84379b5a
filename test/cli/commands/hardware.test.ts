import { expect, test } from 'vitest';
import { describeMachine, hardwareDetectCommand } from '../../../src/cli/commands/hardware.ts';
import type { Machine } from '../../../src/hardware/detect.ts';

const machine: Machine = {
  os: { platform: 'linux', distribution: 'Debian', release: '12', kernel: '6.1', arch: 'x64' },
  cpu: {
    vendor: 'AMD',
    model: 'AMD EPYC',
    physicalCores: null,
    logicalCores: 8,
    availableCores: 4,
    flags: ['fpu', 'avx2'],
    maximumHertz: 3.5e9,
    governor: null,
    power: {
      driver: null,
      energyPreference: null,
      boost: null,
      limitHertz: null,
      allowedPerformance: null,
      platformProfile: null,
      powerSaving: { active: null, reasons: [{ code: 'NO_CPUFREQ', message: 'Nothing tells.' }] },
    },
  },
  memory: { totalBytes: 16 * 2 ** 30, availableBytes: null },
  cgroup: { version: 2, cpuQuotaCores: 1.5, memoryLimitBytes: 2 ** 30 },
  system: { manufacturer: null, model: null },
  virtualization: null,
  accelerators: [{ vendor: 'NVIDIA', kind: 'gpu', count: 2, evidence: 'PCI class 0x030200' }],
};

test('the text says what is known and "unknown" for what is not', () => {
  expect(describeMachine(machine)).toBe(
    [
      'Processor       AMD EPYC (AMD)',
      'Cores           8, of them 4 usable; unknown physical',
      'Clock           up to 3.50 GHz, governor unknown',
      'Power           not known whether it is held below its default. Nothing tells.',
      'Instructions    avx2',
      'Memory          16 GiB, unknown available',
      'Limits          1.50 cores, 1 GiB of memory (control groups version 2)',
      'System          Debian 12 (linux x64, kernel 6.1)',
      'Machine         unknown',
      'Virtualization  none noticed',
      'Accelerator     2 × NVIDIA gpu, seen by PCI class 0x030200',
      '',
    ].join('\n'),
  );
});

test('what governs the processor is told, and what holds it down', () => {
  const power = {
    driver: 'intel_pstate',
    energyPreference: 'power',
    boost: false,
    limitHertz: 2e9,
    allowedPerformance: 0.6,
    platformProfile: 'quiet',
    powerSaving: { active: true, reasons: [{ code: 'BOOST_OFF', message: 'Boost is off.' }] },
  };
  expect(describeMachine({ ...machine, cpu: { ...machine.cpu, power } })).toContain(
    'Power           driver intel_pstate, prefers power, boost off, clock up to 2,000 MHz, 60 % of its performance allowed, platform profile quiet; held below its default. Boost is off.\n',
  );
});

test('with --json the answer on stdout is JSON that names the cores', async () => {
  let stdout = '';
  const streams = { stdout: { write: (text: string) => (stdout += text) }, stderr: { write: () => {} } };
  expect(await hardwareDetectCommand({ json: true }, streams)).toBe(0);
  expect((JSON.parse(stdout) as Machine).cpu.logicalCores).toBeGreaterThan(0);
});
