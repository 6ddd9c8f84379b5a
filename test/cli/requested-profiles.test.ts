import { expect, test } from 'vitest';
import { requestedProfiles } from '../../src/cli/requested-profiles.ts';
import type { Identity } from '../../src/hardware/match.ts';

const backends = ['ort-cpu'];
const machine = (change: Partial<Identity> = {}): Identity => ({
  processor: 'AMD EPYC',
  availableCores: 2,
  gpus: [],
  ...change,
});
const epyc = machine({ processor: 'AMD EPYC 7763 64-Core Processor', availableCores: 128 });

test('without a profile the target is this machine, with nothing to adapt to where its processor is not known', () => {
  expect(requestedProfiles({ profile: ['local'] }, backends, machine())).toEqual({
    targets: [{ profile: 'local', device: null }],
    requested: [],
  });
});

test('this machine adapts to the profile of its processor, also where it has only a part of one', () => {
  const slice = { ...epyc, availableCores: 2 };
  const { targets } = requestedProfiles({ profile: ['local'] }, backends, slice);
  expect(targets).toMatchObject([{ profile: 'local', device: { id: 'amd-epyc-7763', backend: 'ort-cpu' } }]);
  expect(targets[0]?.device?.axes).toMatchObject({ backend: ['ort-cpu'], precision: ['fp32'], threads: ['auto'] });
});

test('hardware that is not here is measured on this machine and said to be absent, with what was found', () => {
  const { targets, requested } = requestedProfiles({ profile: ['a100', 't4'] }, backends, machine());
  expect(targets).toEqual([{ profile: 'local', device: null }]);
  expect(requested.map(({ id, present }) => `${id} ${present}`)).toEqual([
    'nvidia-a100-sxm-80gb false',
    'nvidia-t4 false',
  ]);
  expect(requested[0]?.why).toBe(
    'this machine has none: found the processor "AMD EPYC" and no GPU that its driver names',
  );
  expect(requested[0]?.alias).toContain('others: nvidia-a100-pcie-40gb');
  expect(requested[1]).not.toHaveProperty('alias'); // t4 leaves nothing open
});

test('hardware that is here is a target of its own, and nothing is measured twice as local', () => {
  const { targets, requested } = requestedProfiles({ profile: ['epyc-7763'] }, backends, epyc);
  expect(targets).toMatchObject([{ profile: 'amd-epyc-7763', device: { id: 'amd-epyc-7763' } }]);
  expect(requested).toMatchObject([
    { present: true, why: 'the processor calls itself "AMD EPYC 7763 64-Core Processor"' },
  ]);
});

test('a GPU that a backend runs on is a target, with what it asks of each provider', () => {
  const here = machine({ gpus: [{ name: 'NVIDIA A100-SXM4-80GB', evidence: 'e' }] });
  const { targets } = requestedProfiles({ profile: ['a100'] }, ['ort-cpu', 'ort-cuda'], here);
  const cuda = { arena_extend_strategy: 'kNextPowerOfTwo', cudnn_conv_algo_search: 'EXHAUSTIVE', enable_cuda_graph: 0 };
  expect(targets).toMatchObject([
    {
      profile: 'nvidia-a100-sxm-80gb',
      device: { backend: 'ort-cuda', providerOptions: { 'ort-cuda': cuda, 'python-onnxruntime-cuda': cuda } },
    },
  ]);
  expect(targets[0]?.device?.providerOptions).not.toHaveProperty('ort-webgpu');
});

test('two words for one device are one request', () => {
  const { requested } = requestedProfiles({ profile: ['a100', 'nvidia-a100-sxm-80gb'] }, backends, machine());
  expect(requested).toHaveLength(1);
});

test.each([
  ['a slice of a processor', 'epyc-7763', { ...epyc, availableCores: 2 }, 'only a part of one'],
  [
    'a GPU that no backend runs on',
    'nvidia-v100-sxm2-16gb',
    machine({ gpus: [{ name: 'Tesla V100-SXM2-16GB', evidence: 'e' }] }),
    'this machine has one (the driver calls it "Tesla V100-SXM2-16GB" (e)), but no backend of Dyno runs on it yet',
  ],
  [
    'a GPU whose backend is not there',
    'a100',
    machine({ gpus: [{ name: 'NVIDIA A100-SXM4-80GB', evidence: 'e' }] }),
    'but its backend ort-cuda is not known here',
  ],
  ['another variant', 'a100', machine({ gpus: [{ name: 'NVIDIA A100-PCIE-40GB', evidence: 'e' }] }), 'has none: found'],
])('%s is not the device', (_name, word, here, why) => {
  const { targets, requested } = requestedProfiles({ profile: [word] }, backends, here);
  expect(targets.map(({ profile }) => profile)).toEqual(['local']);
  expect(requested[0]?.present).toBe(false);
  expect(requested[0]?.why).toContain(why);
});

test('--require-hardware refuses with what was looked for and what was found', () => {
  const request = () => requestedProfiles({ profile: ['a100'], requireHardware: true }, backends, machine());
  expect(request).toThrow(expect.objectContaining({ code: 'HARDWARE_NOT_HERE', exitCode: 3 }));
  expect(request).toThrow('looked for nvidia-a100-sxm-80gb (NVIDIA A100 SXM4 80GB): this machine has none');
  expect(requestedProfiles({ profile: ['epyc-7763'], requireHardware: true }, backends, epyc).requested).toHaveLength(
    1,
  );
});

test('an unknown profile is refused with the option that named it', () => {
  const request = () => requestedProfiles({ profile: ['a1000000'] }, backends, machine());
  expect(request).toThrow(expect.objectContaining({ code: 'PROFILE_UNKNOWN', exitCode: 3 }));
  expect(request).toThrow('--profile a1000000: expected "local" (this machine) or one of 65 hardware profiles');
});

test.each([
  ['nothing', ['']],
  ['a word of nothing between others', ['a100', '', 'h100']],
  ['no word at all', []],
])('%s after --profile is refused: an unset variable is not this machine', (_what, profile) => {
  expect(() => requestedProfiles({ profile }, backends, machine())).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining('--profile') }),
  );
});
