import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { InputError } from '../../src/kernel/errors.ts';
import type { Known } from '../../src/suite/known-names.ts';

/** What the tests' machine knows: two cores, two backends, two workloads. */
export const known: Known = {
  backends: ['ort-cpu', 'ort-cuda'],
  workloads: ['digits', 'resnet50', 'one-node'],
  availableCores: 2,
};

/** A folder for suites that is removed after the file's tests. */
export function suiteFolder(): { readonly folder: string; write(content: string, name?: string): string } {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-suite-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return {
    folder,
    write(content, name = 'suite.yaml') {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      return path;
    },
  };
}

/** The error of an input that is refused, with `folder` left out of its text. */
export function inputError(work: () => unknown, folder = ''): { code: string; message: string; exitCode: number } {
  try {
    work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { code, exitCode } = error;
    return { code, exitCode, message: folder === '' ? error.message : error.message.replaceAll(`${folder}/`, '') };
  }
  throw new Error('Expected an InputError, but nothing was thrown.');
}
