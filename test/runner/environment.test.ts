import { execFileSync } from 'node:child_process';
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { packageVersion } from '../../src/kernel/package-root.ts';
import { recordEnvironment } from '../../src/runner/environment.ts';

test('the environment names the software, and neither the host nor serials', async () => {
  const environment = await recordEnvironment();
  expect(environment.versions).toMatchObject({ node: process.versions.node, dyno: packageVersion() });
  expect(environment.versions.sharp).toMatch(/^\d+\.\d+\.\d+/);
  expect(environment.versions.libvips).toMatch(/^8\./);
  expect(environment.host).toMatch(/^host:[0-9a-f]{8}$/);
  const text = JSON.stringify(environment);
  expect(text).not.toMatch(/serial|uuid/i);
  if (hostname().length > 3) expect(text).not.toContain(hostname());
});

test('the fingerprint of one machine with one software is the same each time', async () => {
  const [one, two] = [await recordEnvironment(), await recordEnvironment()];
  expect(one.fingerprint).toMatch(/^[0-9a-f]{16}$/);
  expect(two.fingerprint).toBe(one.fingerprint);
});

test('the commit is that of the folder in which the command runs', async () => {
  const { git } = await recordEnvironment();
  let commit: string | null = null;
  try {
    commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    // Not a checkout: then null is expected.
  }
  expect(git.commit).toBe(commit);
});
