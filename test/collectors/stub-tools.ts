import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFile } from '../../src/kernel/package-root.ts';

/** A folder for PATH in which programs of drivers are stubs: scripts of `fixtures/` with an environment of their own. */
export class StubTools {
  readonly folder = mkdtempSync(join(tmpdir(), 'dyno-stub-tools-'));

  /** Puts the stub of a tool there. Returns its path. */
  add(tool: string, environment: Readonly<Record<string, string>> = {}): string {
    const path = join(this.folder, tool);
    const settings = Object.entries(environment).map(([name, value]) => `export ${name}='${value}'\n`);
    const script = packageFile('test', 'collectors', 'fixtures', `${tool}.mjs`);
    writeFileSync(path, `#!/bin/sh\n${settings.join('')}exec '${process.execPath}' '${script}' "$@"\n`);
    chmodSync(path, 0o755);
    return path;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
