import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  checkBackends,
  checkCuda,
  checkEngineVersion,
  checkFolder,
  checkImageLibrary,
  checkLimits,
  checkNode,
  checkPlatform,
  checkPrograms,
} from '../../src/cli/doctor-checks.ts';
import { FakeSystem } from '../collectors/fake-system.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));

const here = { available: true, device: 'CPU', version: '1.0', stack: 'a stack', reason: null, remedy: null };
const absent = {
  ...{ available: false, device: null, version: null, stack: 'a stack' },
  ...{ reason: 'not installed', remedy: 'npm install it' },
};

test.each([
  ['20.9.0', 'ok'],
  ['20.8.9', 'problem'],
  ['18.20.0', 'problem'],
  ['24.1.0', 'ok'],
])('Node.js %s is %s', (version, status) => {
  expect(checkNode(version).status).toBe(status);
});

test('only Linux on x64 is called tested', () => {
  expect(checkPlatform('linux', 'x64').status).toBe('ok');
  expect(checkPlatform('linux', 'arm64')).toMatchObject({
    status: 'warning',
    message: expect.stringContaining('best effort'),
  });
});

test('no backend that works is a problem with the line that mends it; one beside another is a warning', () => {
  expect(checkBackends({ a: absent })).toEqual([
    { name: 'a', status: 'problem', message: 'not installed', fix: 'npm install it' },
  ]);
  expect(checkBackends({ a: absent, b: here }).map(({ name, status, message }) => [name, status, message])).toEqual([
    ['a', 'warning', 'not installed'],
    ['b', 'ok', 'a stack 1.0 on CPU'],
  ]);
});

test('another version of the engine than the tested one is a warning with the line that installs that', () => {
  const [check] = checkEngineVersion('1.20.0');
  expect(check?.message).toMatch(/^onnxruntime-node 1\.20\.0 is installed, tested is /);
  const tested = /tested is (.+)$/.exec(check?.message ?? '')?.[1] ?? '';
  expect(check?.fix).toBe(`npm install --save-exact onnxruntime-node@${tested} --ignore-scripts`);
  expect(checkEngineVersion(tested)).toEqual([]);
  expect(checkEngineVersion(null)).toEqual([]);
});

test('the command that adds CUDA is offered on Linux x64 only, and names the installed package', () => {
  const [cuda] = checkCuda('linux', 'x64', () => join(process.cwd(), 'node_modules', 'onnxruntime-node'));
  expect(cuda?.fix).toBe('node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install');
  expect(checkCuda('linux', 'x64', () => null)[0]).toMatchObject({ status: 'optional', fix: cuda?.fix });
  expect(checkCuda('darwin', 'arm64', () => null)).toEqual([]);
});

test('an image library that cannot be loaded is a problem', async () => {
  const check = await checkImageLibrary(async () => {
    throw new Error('no binary for this platform\nand many more lines');
  });
  expect(check).toMatchObject({ status: 'problem', message: 'sharp cannot be loaded (no binary for this platform)' });
});

test('a folder that can be written is ok, nothing is left in it, and one that does not exist yet is not created', () => {
  const check = checkFolder('results', join(folder, 'runs', 'deep'), 'take another');
  expect(check.status).not.toBe('problem');
  expect(readdirSync(folder)).toEqual([]);
});

test('a file in the place of the folder is a problem with what to do', () => {
  const path = join(folder, 'file');
  writeFileSync(path, '');
  expect(checkFolder('results', path, 'take another')).toMatchObject({ status: 'problem', fix: 'take another' });
  rmSync(path);
});

test('limits of the container are warnings when they are tight', () => {
  const system = new FakeSystem();
  const mount = `30 23 0:26 / ${system.path('cg')} rw - cgroup2 cgroup2 rw\n`;
  system.write({ 'self/cgroup': '0::/\n', 'self/mountinfo': mount, 'self/status': 'Cpus_allowed_list:\t0-3\n' });
  expect(checkLimits(system.root)).toMatchObject({ status: 'ok', message: 'may use 4 cores, all memory' });
  system.write({ 'cg/cpu.max': '150000 100000\n' });
  expect(checkLimits(system.root)).toMatchObject({ status: 'warning', fix: expect.stringContaining('--threads 1') });
  system.write({ 'cg/memory.max': String(2 ** 30) });
  expect(checkLimits(system.root)).toMatchObject({ status: 'warning', message: 'may use 1.50 of 4 cores, 1 GiB' });
  system.remove();
});

test('programs that are not there are no problems', () => {
  expect(checkPrograms(() => null).map(({ name, status }) => [name, status])).toEqual([
    ['fincore', 'warning'],
    ['chromium', 'optional'],
  ]);
});
