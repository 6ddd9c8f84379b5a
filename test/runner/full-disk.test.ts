import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readRun } from '../../src/results/result-folder.ts';
import { runDyno } from '../cli/fixtures/run-dyno.ts';

const disk = mkdtempSync(join(tmpdir(), 'dyno-full-disk-'));
const mounted = mount('size=1500k');
afterAll(() => {
  if (mounted) execFileSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});

/** A disk of its own, in memory. Only root may do that, and not in every container. */
function mount(options: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const bench = (...words: string[]) => runDyno(['bench', '--out', disk, '--no-report', ...words], disk);

test.skipIf(!mounted)(
  'a full disk ends the run with what to do, and it goes on from there when there is space again',
  async () => {
    // A query of one node takes about 10 µs and its record 64 bytes: 1.5 MB are full within a second.
    const axes = [
      '--workload',
      'one-node',
      '--scope',
      'inference',
      '--batch-size',
      '1',
      '--fusion',
      'on',
      '--precision',
      'fp32',
      '--threads',
      '1',
    ];
    const full = await bench(
      ...axes,
      '--quick',
      '--run-id',
      'r',
      '--set',
      'policy.window.min_duration=3s',
      '--set',
      'policy.proof=false',
    );
    expect(full.stderr).toContain('DISK_FULL');
    expect(full.stderr).toContain('--resume');
    expect(full.code).toBe(4);

    execFileSync('mount', ['-o', 'remount,size=200m', disk]);
    const resumed = await bench('--resume', 'r');
    expect(resumed.code, resumed.stderr).toBe(0);

    const [one] = readRun(join(disk, 'r')).cases;
    expect(one?.status).toBe('ok');
    const [cut, rerun] = one?.rounds ?? [];
    expect(cut?.status).toBe('interrupted');
    expect(cut?.samples?.rows).toBeGreaterThan(1000);
    expect(rerun?.status).toBe('ok');
    expect(one?.latency?.count).toBe(rerun?.samples?.rows);
  },
  90_000,
);
