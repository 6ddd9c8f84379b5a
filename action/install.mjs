// @ts-check
// Step of action.yml: installs Dyno beside this script. With what it is built by, since an action is fetched as its sources are; and with
// onnxruntime-node, an optional peer that --omit=dev would leave out and that suites for the embedded engine run on.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

if (isInstalled()) {
  process.stdout.write('Dyno is installed already.\n');
} else {
  // Included, whatever NODE_ENV says.
  execFileSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}

/** As it is in a workflow of Dyno's own, and on a machine that keeps its actions. */
function isInstalled() {
  if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) return false;
  const { status } = spawnSync(process.execPath, [join(root, 'bin', 'dyno.js'), '--version'], { stdio: 'ignore' });
  return status === 0;
}
