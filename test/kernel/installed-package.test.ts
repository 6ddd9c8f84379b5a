import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { installedPackage, installedVersion } from '../../src/kernel/installed-package.ts';

test('the version is that of the package, also when its exports hide package.json', () => {
  // sharp exports "." only: require('sharp/package.json') throws.
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
  expect(installedVersion('sharp')).toBe(dependencies.sharp);
});

test('a package that is not installed has neither folder nor version', () => {
  expect(installedPackage('no-such-package-of-dyno')).toBeNull();
  expect(installedVersion('no-such-package-of-dyno')).toBeNull();
});
