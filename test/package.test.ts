import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packageFile } from '../src/kernel/package-root.ts';

interface LockedPackage {
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly license?: string;
}

const read = (name: string) => JSON.parse(readFileSync(packageFile(name), 'utf8'));
const locked: Record<string, LockedPackage> = read('package-lock.json').packages;
const manifest = read('package.json');

test('the lock file does not let onnxruntime-node run its install script, which needs a network', () => {
  // npm writes `hasInstallScript` back when the package is updated by hand: take it out again.
  expect(locked['node_modules/onnxruntime-node']?.hasInstallScript).toBeUndefined();
  expect(manifest.allowScripts['onnxruntime-node']).toBe(false);
});

test('every platform package that the lock file asks for is in it, or npm ci refuses', () => {
  const paths = Object.keys(locked);
  const missing = Object.entries(locked).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !paths.some((other) => other.endsWith(`node_modules/${name}`)))
      .map((name) => `${path}: ${name}`),
  );
  expect(missing).toEqual([]);
});

test('every dependency is pinned to one version', () => {
  const ranges = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version)),
  );
  expect(ranges).toEqual([]);
});

test('what is installed with the product is under a permissive licence, libvips excepted', () => {
  const permissive =
    /^[( ]*(MIT|Apache-2\.0|BSD-[23]-Clause|ISC|0BSD|BlueOak-1\.0\.0|CC0-1\.0|Unlicense|Python-2\.0|Zlib)\b/;
  const others = Object.entries(locked)
    .filter(([path, entry]) => path !== '' && !('dev' in entry) && !permissive.test(entry.license ?? ''))
    .map(([path, { license }]) => `${path}: ${license}`)
    .filter((line) => !/@img\/sharp-(libvips-|win32-|wasm32)/.test(line));
  expect(others).toEqual([]);
});
