import { spawnSync } from 'node:child_process';

/** Builds dist/ before any test runs, because rounds and the sampler are real processes of compiled code. Types are the type check's business. */
export default function buildDist(): void {
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs', '--if-stale', '--loose'], { stdio: 'inherit' });
  if (status !== 0) throw new Error('The build of dist/ failed: see the messages above.');
}
