import { expect, test } from 'vitest';
import { loadCatalogue } from '../../src/hardware/catalogue.ts';
import { type Identity, matchProfiles } from '../../src/hardware/match.ts';

const { profiles } = loadCatalogue({});
const machine = (change: Partial<Identity>): Identity => ({ processor: null, availableCores: 2, gpus: [], ...change });
const found = (change: Partial<Identity>) =>
  matchProfiles(machine(change), profiles).map(({ profile, confidence }) => `${profile.id} ${confidence}`);

test.each([
  ['Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz', 80, ['intel-xeon-platinum-8380 exact']],
  ['Intel(R) Xeon(R) Platinum 8380H CPU @ 2.90GHz', 56, ['intel-xeon-platinum-8380h exact']],
  ['Intel(R) Xeon(R) Platinum 8480+', 112, ['intel-xeon-platinum-8480+ exact']],
  ['Intel(R) Xeon(R) Platinum 8480C', 112, []],
  ['AMD EPYC 7763 64-Core Processor', 128, ['amd-epyc-7763 exact']],
  ['AMD EPYC 7763 64-Core Processor', 2, ['amd-epyc-7763 part']], // a slice of one, as clouds rent it
  ['AMD EPYC', 64, []], // names no model
  ['Intel(R) Xeon(R) Processor @ 2.20GHz', 8, []],
])('the processor %s with %i cores is %j', (processor, availableCores, expected) => {
  expect(found({ processor, availableCores })).toEqual(expected);
});

test.each([
  ['NVIDIA A100-SXM4-80GB', ['nvidia-a100-sxm-80gb exact']],
  ['NVIDIA A100-PCIE-40GB', ['nvidia-a100-pcie-40gb exact']],
  ['Tesla V100-SXM2-16GB', ['nvidia-v100-sxm2-16gb exact']],
  ['NVIDIA H100 80GB HBM3', ['nvidia-h100-sxm exact']],
  ['NVIDIA H200', ['nvidia-h200-sxm exact']],
  ['NVIDIA H200 NVL', []],
  ['NVIDIA A10', ['nvidia-a10 exact']],
  ['NVIDIA A10G', []],
  ['Tesla T4', ['nvidia-t4 exact']],
  ['AMD Instinct MI100', ['amd-mi100 exact']],
])('the GPU that its driver calls %s is %j', (name, expected) => {
  expect(found({ gpus: [{ name, evidence: 'e' }] })).toEqual(expected);
});

test('eight GPUs of a kind are one profile, and stand before the processor', () => {
  const gpus = Array.from({ length: 8 }, () => ({ name: 'NVIDIA H200', evidence: 'e' }));
  expect(found({ gpus, processor: 'AMD EPYC 9654 96-Core Processor', availableCores: 192 })).toEqual([
    'nvidia-h200-sxm exact',
    'amd-epyc-9654 exact',
  ]);
});
