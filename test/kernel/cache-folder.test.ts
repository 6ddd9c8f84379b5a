import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder } from '../../src/kernel/cache-folder.ts';

test('DYNO_CACHE_DIR goes before XDG_CACHE_HOME, and that before the home folder', () => {
  expect(cacheFolder({ DYNO_CACHE_DIR: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
  expect(cacheFolder({ XDG_CACHE_HOME: '/b' })).toBe(join('/b', 'inference-dyno'));
  expect(cacheFolder({ DYNO_CACHE_DIR: '' })).toBe(join(homedir(), '.cache', 'inference-dyno'));
});
