import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startDyno } from '../fixtures/run-dyno.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dyno-measure-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('a signal ends it with 130, and leaves no models behind', async () => {
  vi.stubEnv('TMPDIR', folder);
  const { child, ended } = startDyno(['hardware', 'measure', '--seconds', '30'], folder);
  const work = () => readdirSync(folder).filter((name) => name.startsWith('dyno-ceilings-'));
  while (!work().some((name) => readdirSync(join(folder, name)).length > 0)) await sleep(10);
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  expect({ code, stdout, left: work() }).toEqual({ code: 130, stdout: '', left: [] });
}, 60_000);
