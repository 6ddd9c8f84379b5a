import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { comparisonText, hardwareCompareCommand } from '../../../src/cli/commands/hardware-compare.ts';
import { hardwareListCommand } from '../../../src/cli/commands/hardware-list.ts';
import { hardwareShowCommand, profileText } from '../../../src/cli/commands/hardware-show.ts';
import { hardwareValidateCommand } from '../../../src/cli/commands/hardware-validate.ts';
import { loadCatalogue } from '../../../src/hardware/catalogue.ts';
import { compareProfiles } from '../../../src/hardware/compare.ts';
import { resolveProfile } from '../../../src/hardware/resolve.ts';
import { packageFile } from '../../../src/kernel/package-root.ts';
import { captureStreams } from '../fixtures/capture-streams.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dyno-hardware-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const catalogue = loadCatalogue({});
const compared = (...words: string[]) => {
  const resolved = words.map((word) => resolveProfile(word, catalogue));
  const profiles = resolved.map(({ profile }) => profile);
  return (width: number) => comparisonText(resolved, compareProfiles(profiles, catalogue.prices), width);
};

test('the comparison of three devices fits in 80 columns, long addresses of sources excepted', () => {
  const lines = compared('a100', 'v100', 'h100')(80).split('\n');
  const wide = lines.filter((line) => line.length > 80 && line.trim().includes(' ') && !/^( {5}|\[)/.test(line));
  expect(wide).toEqual([]);
});

test('a comparison marks what nobody looked up, gives ratios, and numbers its sources as they are read', () => {
  const text = compared('a100', 'v100')(100);
  expect(text).toMatch(/^a100 is nvidia-a100-sxm-80gb /);
  expect(text).toMatch(/^fp16 peak, TFLOP\/s +312 \[1\] +125 0\.40× \[\d+\]$/m);
  expect(text).toMatch(/^int8 peak, TOP\/s +624 \[1\] +62\.8\? 0\.10× \[\d+\]$/m);
  expect(text).toMatch(/^tf32 peak, TFLOP\/s +156 \[1\] +none \[\d+\]$/m);
  expect(text).toContain('? unverified: nobody has looked it up');
  const numbers = [...text.matchAll(/\[(\d+)\]/g)].map(([, number]) => Number(number));
  const first = numbers.slice(0, numbers.indexOf(1, numbers.length - new Set(numbers).size));
  expect([...new Set(first)]).toEqual([...new Set(first)].toSorted((a, b) => a - b));
});

test('the comparison in docs/hardware.md is what the command prints', () => {
  const page = readFileSync(packageFile('docs', 'hardware.md'), 'utf8');
  const text = compared('a100', 'v100', 'h100')(100);
  const table = text.slice(0, text.indexOf('\n[1]'));
  expect(page).toContain(table);
});

test('the profile and the price book in docs/hardware.md are valid', async () => {
  const page = readFileSync(packageFile('docs', 'hardware.md'), 'utf8');
  const [profile = '', book = ''] = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text]) => text);
  mkdirSync(join(folder, 'prices'));
  const files = [join(folder, 'nvidia-a100-sxm-80gb.yaml'), join(folder, 'prices', 'quotes.yaml')];
  writeFileSync(files[0] ?? '', profile);
  writeFileSync(files[1] ?? '', book);
  const streams = captureStreams();
  expect(await hardwareValidateCommand({ files }, streams), streams.out()).toBe(0);
  expect(streams.out()).toBe(files.map((file) => `${file}: valid.\n`).join(''));
});

test('validate names the place of each error, keeps on with the other files, and exits with 3', async () => {
  const good = packageFile('hardware-profiles', 'nvidia-t4.yaml');
  const bad = join(folder, 'nvidia-t4.yaml');
  writeFileSync(bad, readFileSync(good, 'utf8').replace('value: 320e9', 'value: 320e12'));
  const streams = captureStreams();
  expect(await hardwareValidateCommand({ files: [bad, good, join(folder, 'none.yaml')] }, streams)).toBe(3);
  expect(streams.out()).toMatch(
    /nvidia-t4\.yaml:\d+:\d+: memory\.bandwidth_bytes_per_second\.value: expected operations/,
  );
  expect(streams.out()).toContain('is a unit off by a thousand?');
  expect(streams.out()).toContain(`${good}: valid.`);
  expect(streams.out()).toContain('There is no hardware profile file');
  expect(streams.err()).toBe('2 of 3 files invalid.\n');
});

test('every profile and price book that comes with Dyno is valid', async () => {
  const files = [
    ...catalogue.profiles.map(({ file }) => file),
    packageFile('hardware-profiles', 'prices', 'purchase.yaml'),
    packageFile('hardware-profiles', 'prices', 'rent.yaml'),
  ];
  const streams = captureStreams();
  expect(await hardwareValidateCommand({ files, json: true }, streams)).toBe(0);
  const verdicts: { warnings: string[] }[] = JSON.parse(streams.out());
  expect(verdicts).toHaveLength(67);
  // Prices are old, undated or from memory in places, and say so; figures have nothing to warn of.
  expect(verdicts.slice(0, 65).flatMap(({ warnings }) => warnings)).toEqual([]);
  expect(verdicts[65]?.warnings.length).toBeGreaterThan(0);
});

test('show tells what a device does not support from what nobody states', () => {
  const { profile, alias } = resolveProfile('a100', catalogue);
  const text = profileText(profile, alias, catalogue, 100);
  expect(text).toMatch(/^fp8 peak, dense +none +\[\d+\]$/m);
  expect(text).toContain('none: the device does not support it');
});

test('show has figures, prices, adaptation and sources, and what is not known with its reason', () => {
  const { profile, alias } = resolveProfile('h100', catalogue);
  const text = profileText(profile, alias, catalogue, 100);
  expect(text).toMatch(/^fp8 peak, dense +1,979 +TFLOP\/s +\[1\]$/m);
  expect(text).toMatch(/^idle power +70\? +W +\[\d+\]$/m);
  expect(text).toMatch(/^an hour +2\.99 USD +on demand +2025-03-03 .*RunPod SXM +\[\d+\]$/m);
  expect(text).toMatch(/^ {2}backend +ort-cuda: ONNX Runtime with CUDA/m);
  expect(text).toContain('from memory, no document was read');
  expect(text).not.toMatch(/\bnull\b|undefined|NaN/);
});

test('show says that a profile of the user’s own is in place of Dyno’s', async () => {
  const own = readFileSync(packageFile('hardware-profiles', 'nvidia-t4.yaml'), 'utf8').replace('NVIDIA T4', 'My T4');
  writeFileSync(join(folder, 'nvidia-t4.yaml'), own);
  const streams = captureStreams();
  expect(await hardwareShowCommand({ id: 't4', profiles: folder }, streams)).toBe(0);
  expect(streams.out()).toContain('My T4 (nvidia-t4)');
  expect(streams.out().replaceAll('\n', ' ')).toContain('in place of the profile that comes with Dyno');
});

test('list takes a vendor and a kind, and refuses others with what was meant', async () => {
  const streams = captureStreams();
  expect(await hardwareListCommand({ vendor: 'amd', kind: 'gpu' }, streams)).toBe(0);
  expect(streams.out().match(/^amd-mi\w+/gm)).toEqual([
    'amd-mi100',
    'amd-mi210',
    'amd-mi250x',
    'amd-mi300x',
    'amd-mi325x',
  ]);
  expect(streams.err()).toContain('5 of 65 profiles');
  await expect(hardwareListCommand({ vendor: 'NVIDA' }, captureStreams())).rejects.toThrow('Did you mean "NVIDIA"?');
});

test('a device is not compared with itself', async () => {
  const compare = hardwareCompareCommand({ ids: ['a100', 'nvidia-a100-sxm-80gb'] }, captureStreams());
  await expect(compare).rejects.toThrow('Expected different profiles to compare, got nvidia-a100-sxm-80gb twice.');
});
