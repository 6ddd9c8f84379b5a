import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunEvent, SealedFile } from '../../src/results/events.ts';
import { createRedactor, machineKey, redactDeep } from '../../src/results/redact.ts';
import {
  plan,
  plannedCase,
  preparedEvent,
  proofEvent,
  roundFinished,
  runFinished,
  startedEvent,
  variantEvent,
} from '../analysis/run-fixture.ts';

const redactor = createRedactor({
  key: new Uint8Array(32).fill(7),
  host: 'lab-box.example.org',
  user: 'joanna',
  home: '/home/joanna',
  folders: ['/data/joint work', '/home/joanna/.cache/inference-dyno'],
  packageFolder: '/opt/inference-dyno',
});

const hashed = (kind: string, ending = '') => expect.stringMatching(new RegExp(`^${kind}:[0-9a-f]{8}${ending}$`));

test.each([
  ['/home/joanna/models/secret.onnx', 'path:H.onnx'],
  ['cannot open /home/joanna/models/secret.onnx: no such file', 'cannot open path:H.onnx: no such file'],
  ['at run (/srv/client a/x.js)', 'at run (path:H a/x.js)'],
  ['at run ("/srv/client a/x.js:12:5")', 'at run ("path:H")'],
  ['at /srv/app/x.mjs:12:5', 'at path:H.mjs:12:5'],
  ['at file:///srv/app/x.mjs:12:5', 'at path:H.mjs:12:5'],
  ['PATH=/usr/local/bin:/usr/bin', 'PATH=path:H:path:H'],
  ['g++ -I/home/joanna/include', 'g++ -Ipath:H'],
  ['see /var/log/syslog.', 'see path:H.'],
  ['C:\\Users\\joanna\\m.onnx is bad', 'path:H.onnx is bad'],
  ['at /opt/inference-dyno/dist/cli/main.js:3', 'at <dyno>/dist/cli/main.js:3'],
  ['joanna@lab-box.example.org logged in to lab-box', 'user:H@host:H logged in to host:H'],
  ['from 192.168.1.20:8080 and fe80::1ff:fe23:4567:890a', 'from ip:H:8080 and ip:H'],
  ['eth0 02:42:ac:11:00:02', 'eth0 mac:H'],
  ['GPU-0a1b2c3d-0000-1111-2222-333344445555 is lost', 'uuid:H is lost'],
  ['Serial Number: C02ABC123XYZ', 'Serial Number: sn:H'],
  ['proxy http://joanna:secret@proxy:3128/a', 'proxy http://user:H@host:H:3128/a'],
  ['clone git+ssh://someone@git.client.com/net.git', 'clone git+ssh://user:H@host:H/net.git'],
  ['GET https://models.client.com:8443/net.onnx failed', 'GET https://host:H:8443/net.onnx failed'],
  ['GET http://10.1.2.3/net.onnx and http://[fe80::1]:80/', 'GET http://ip:H/net.onnx and http://ip:H:80/'],
  ['cannot open /home/joanna/secret client/net.onnx: no such file', 'cannot open path:H.onnx: no such file'],
  ['/home/joanna/secret client/net.onnx is no model', 'path:H.onnx is no model'],
  ['/data/joint work/secret client: no such folder', 'path:H: no such folder'],
  ['cannot write /data/joint work/a.bin, the disk is full', 'cannot write path:H.bin, the disk is full'],
  ['cc -I/home/joanna/secret client -O2 /home/joanna/b c/d.c', 'cc -Ipath:H -O2 path:H.c'],
  ['at f (/home/joanna/secret client/x.js:12:5)', 'at f (path:H.js:12:5)'],
  ['/home/joannas/a is another', 'path:H is another'],
])('%s is redacted', (text, expected) => {
  expect(redactor.text(text).replaceAll(/:[0-9a-f]{8}(?![0-9a-f])/g, ':H')).toBe(expected);
});

test.each([
  '64 items/s and/or 10 % /s',
  'see https://example.org/docs/install.html',
  'models/digits.onnx and ../suites/a.yaml',
  '/proc/123/stat cannot be read',
  'TensorRT version 10.0.1.6 at 12:34:56',
  'std::vector<int>, onnxruntime::Exception',
  '127.0.0.1:8080 and ::1',
  'http://localhost:3000/a, http://127.0.0.1:80/ and http://[::1]:80/',
  'https://github.com/onnx/models',
  'the root cause',
  '2026-11-21T21:46:00Z',
])('%s names nobody and stays', (text) => {
  expect(redactor.text(text)).toBe(text);
});

test('redacting twice changes nothing', () => {
  const once = redactor.text(
    'joanna@lab-box /home/joanna/a.onnx /srv/b/c 10.1.2.3 02:42:ac:11:00:02 serial=ABCD1234 file:///x/y.ts https://a:b@c.com/d /home/joanna/e f.g at /opt/inference-dyno/src/a.ts',
  );
  expect(redactor.text(once)).toBe(once);
});

test('equal secrets of one machine are equal, those of two machines are not', () => {
  const other = createRedactor({
    key: new Uint8Array(32).fill(8),
    host: '',
    user: '',
    home: '',
    folders: [],
    packageFolder: '',
  });
  expect(redactor.hash('host', 'a')).toBe(redactor.hash('host', 'a'));
  expect(redactor.hash('host', 'a')).not.toBe(redactor.hash('host', 'b'));
  expect(redactor.hash('host', 'a')).not.toBe(other.hash('host', 'a'));
});

test('every string of a value is redacted, and what stands under a telling key wholly', () => {
  const value = {
    command: ['bench', '--model', '/home/joanna/My Models/m.onnx', '--batch-size', '8'],
    system: { serialNumber: 'X1', 'mac-address': 'odd', model: 'Box 3' },
    versions: { cudnn: '9.1.0.70' },
    count: 3,
    missing: null,
  };
  expect(redactor.deep(value)).toEqual({
    command: ['bench', '--model', hashed('path', '\\.onnx'), '--batch-size', '8'],
    system: { serialNumber: hashed('sn'), 'mac-address': hashed('mac'), model: 'Box 3' },
    versions: { cudnn: '9.1.0.70' },
    count: 3,
    missing: null,
  });
  expect(redactor.deep(redactor.deep(value))).toEqual(redactor.deep(value));
});

test.each([
  ['run', 'bench'],
  ['digits', 'linux'],
  ['local', 'host'],
  ['user', 'path'],
  ['default', 'dyno'],
  ['request', 'x64'],
  ['samples', 'lru'],
  ['onnxruntime', 'test'],
  ['single_stream', 'top1'],
])('user %s and host %s change free text alone', (user, host) => {
  const { deep } = createRedactor({
    key: new Uint8Array(32).fill(7),
    host,
    user,
    home: '',
    folders: [],
    packageFolder: '',
  });
  const key = plannedCase('a').key;
  const samples: SealedFile = { file: 'samples/a-r0.parquet', rows: 1, sha256: 'c'.repeat(64) };
  const started = startedEvent(plan([plannedCase('a', { id: 'digits/ort-cpu/local' })]));
  const events: RunEvent[] = [
    { ...started, command: ['bench', 'run', 'digits', '--profile', 'local', '--run-id', 'test'] },
    { ...started, plan: { ...started.plan, suite: { ...started.plan.suite, file: 'suites/default.yaml' } } },
    preparedEvent(),
    variantEvent([key]),
    proofEvent([key]),
    roundFinished(key, 0, samples),
    runFinished(),
  ];
  expect(deep(events)).toEqual(events);
  const cause = { code: host, exitCode: 1, signal: null, message: `${host} has no disk`, stderrTail: `${user}!` };
  const redacted = deep({ type: 'case.failed', key: user, cause });
  expect(redacted).toMatchObject({ type: 'case.failed', key: user, cause: { code: host } });
  expect(redacted.cause.message).toMatch(/^host:[0-9a-f]{8} has no disk$/);
  expect(redacted.cause.stderrTail).toMatch(user === 'user' ? /^user!$/ : /^user:[0-9a-f]{8}!$/);
  expect(deep(redacted)).toEqual(redacted);
});

test('paths and addresses are redacted under every key, names also in files and words that lead elsewhere', () => {
  const value = {
    workload: '/home/joanna/net.onnx',
    name: 'from 192.168.1.20',
    file: '../joanna/suite.yaml',
    command: ['bench', 'clients/joanna/net.onnx', 'joanna'],
  };
  const redacted = redactor.deep(value);
  expect(redacted.workload).toEqual(hashed('path', '\\.onnx'));
  expect(redacted.name).toMatch(/^from ip:[0-9a-f]{8}$/);
  expect(redacted.file).toMatch(/^\.\.\/user:[0-9a-f]{8}\/suite\.yaml$/);
  expect(redacted.command).toEqual([
    'bench',
    expect.stringMatching(/^clients\/user:[0-9a-f]{8}\/net\.onnx$/),
    'joanna',
  ]);
});

test('what a variant was calibrated on names neither a folder nor its owner', () => {
  const calibration = { data: '12 items of /home/joanna/photos', items: 12, sha256: 'e'.repeat(64) };
  const conversion = { method: 'int8', converted: 1, kept: {}, worstDecibels: null, calibration };
  expect(JSON.stringify(redactor.deep(variantEvent(['key-a'], { conversion })))).not.toContain('joanna');
});

test('this machine does not name itself', () => {
  expect(redactDeep('cannot open /srv/somewhere/m.onnx')).toMatch(/^cannot open path:[0-9a-f]{8}\.onnx$/);
  expect(redactDeep({ hostname: hostname() }).hostname).toMatch(/^host:[0-9a-f]{8}$/);
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dyno-redact-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the key of a machine is made once, kept, and readable by its owner only', () => {
  const key = machineKey(join(folder, 'cache'));
  expect(key).toHaveLength(32);
  expect(machineKey(join(folder, 'cache'))).toEqual(key);
  expect(statSync(join(folder, 'cache', 'redaction-key')).mode & 0o077).toBe(0);
});

test('without a folder that can be written there still is a key, another one each time', () => {
  writeFileSync(join(folder, 'file'), '');
  const key = machineKey(join(folder, 'file', 'cache'));
  expect(key).toHaveLength(32);
  expect(machineKey(join(folder, 'file', 'cache'))).not.toEqual(key);
});
