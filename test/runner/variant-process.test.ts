import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { buildVariant } from '../../src/compress/build-variant.ts';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import { builtScript } from '../../src/kernel/package-root.ts';
import { Registry } from '../../src/kernel/registry.ts';
import type { VariantJob } from '../../src/runner/job.ts';
import { digits } from '../../src/workloads/digits.ts';
import { prepareWorkload } from '../../src/workloads/prepare-workload.ts';
import type { Workload } from '../../src/workloads/workload.ts';

const cacheFolder = mkdtempSync(join(tmpdir(), 'dyno-killed-variant-'));
const hub = new Registry<Workload>('workload').add(digits);
const request = { name: 'digits', kind: 'hub', definition: null } as const;
const settings = { precision: 'int8', hygiene: 'on', fusion: true, domains: [] } as const;

const variantsInCache = () => readdirSync(cacheFolder).filter((name) => name.startsWith('digits-int8-'));

test('a process that is killed while it builds a variant leaves no entry that looks whole, and the next one builds it', async () => {
  const workload = await prepareWorkload(request, hub, cacheFolder);
  const job: VariantJob = { plugins: [], request, workload, settings, cacheFolder, deadlineSeconds: 60 };
  const child = spawn(process.execPath, [builtScript('runner/variant-process.js')], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.write(`${JSON.stringify(job)}\n`);
  const exited = once(child, 'exit');
  while (variantsInCache().length === 0 && child.exitCode === null) await sleep(2);
  child.kill('SIGKILL');
  expect(await exited).toEqual([null, 'SIGKILL']);

  const [left, ...more] = variantsInCache();
  expect(more).toEqual([]);
  expect(left).toMatch(/\.tmp$/);
  expect(existsSync(join(cacheFolder, left ?? '', 'entry.json'))).toBe(false);

  const { record } = await buildVariant({ request, workload }, settings, { hub, cacheFolder, backend: ortCpu });
  expect(record.conversion?.converted).toBe(5);
  expect(variantsInCache().filter((name) => !name.endsWith('.tmp'))).toHaveLength(1);
});
