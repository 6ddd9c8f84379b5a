import { expect, test } from 'vitest';
import { environmentOf } from '../../src/gate/arm-environment.ts';

const asked = { seed: 0, scenarios: [] };
const pathOf = (PATH: string, folder: string) =>
  environmentOf({ environment: { PATH }, cpus: null }, folder, asked).PATH;

test.skipIf(process.platform === 'win32')(
  'programs of packages are those of the version that is measured, not those of the checkout that npx was started in',
  () => {
    const byNpx = '/home/jo/photos/node_modules/.bin:/home/jo/node_modules/.bin:/usr/local/bin:/usr/bin';
    expect(pathOf(byNpx, '/tmp/gate/base')).toBe('/tmp/gate/base/node_modules/.bin:/usr/local/bin:/usr/bin');
    expect(pathOf(byNpx, '/tmp/gate/head')).toBe('/tmp/gate/head/node_modules/.bin:/usr/local/bin:/usr/bin');
  },
);

test.skipIf(process.platform === 'win32')(
  'a path without such programs, or with those of a relative folder, stays',
  () => {
    for (const path of ['/usr/local/bin:/usr/bin', 'node_modules/.bin:/usr/bin', '/opt/node_modules/.bin-old']) {
      expect(pathOf(path, '/tmp/gate/base')).toBe(path);
    }
    expect(environmentOf({ environment: {}, cpus: null }, '/tmp/gate/base', asked)).not.toHaveProperty('PATH');
  },
);
