import { expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { captureStreams } from './fixtures/capture-streams.ts';

async function run(...words: string[]) {
  const streams = captureStreams();
  const code = await main(words, streams);
  return { code, stdout: streams.out(), stderr: streams.err() };
}

test('--help prints the commands on stdout and ends with 0', async () => {
  const { code, stdout } = await run('--help');
  expect(code).toBe(0);
  for (const command of ['bench', 'init', 'report', 'compare', 'results', 'hardware', 'model', 'stats', 'doctor']) {
    expect(stdout).toContain(`  ${command}`);
  }
});

test('an unknown command ends with 3 and names the nearest one', async () => {
  const { code, stderr } = await run('bnech');
  expect(code).toBe(3);
  expect(stderr).toContain("unknown command 'bnech'");
  expect(stderr).toContain('bench');
});

test('an unknown option ends with 3 and names the nearest one', async () => {
  const { code, stderr } = await run('bench', '--batchsize', '1');
  expect(code).toBe(3);
  expect(stderr).toContain('--batch-size');
});

test('an option without its value ends with 3', async () => {
  const { code, stderr } = await run('bench', '--out');
  expect(code).toBe(3);
  expect(stderr).toContain('--out');
});

test('a profile that is not known ends with 3 and says what is known', async () => {
  const { code, stderr } = await run('bench', '--profile', 'a1000000', '--dry-run');
  expect(code).toBe(3);
  expect(stderr).toContain('--profile a1000000: expected "local" (this machine) or one of 65 hardware profiles');
});

test('a plan for hardware that is not here says first that nothing is of it', async () => {
  const { code, stdout } = await run('bench', '--profile', 'rk3588', '--dry-run');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Nothing was measured on Rockchip RK3588 \(NPU\) \(rockchip-rk3588\): this machine has none/);
  expect(stdout.split('\n')[1]).toMatch(/^Measured: this machine \("local"\)\. Projected, not measured: /);
});

test('--model beside a suite ends with 3 and says which to leave out', async () => {
  const { code, stderr } = await run('bench', 'suites/default.yaml', '--model', 'm.onnx');
  expect(code).toBe(3);
  expect(stderr).toContain('--model');
  expect(stderr).toContain('suites/default.yaml');
});

test('--dry-run prints the plan on stdout and measures nothing', async () => {
  const { code, stdout } = await run('bench', '--dry-run');
  expect(code).toBe(0);
  expect(stdout).toContain('resnet50');
  expect(stdout).toContain('662');
  expect(stdout).toContain('min_queries=662');
});
