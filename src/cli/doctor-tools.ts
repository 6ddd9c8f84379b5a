import { join } from 'node:path';
import { findProgram } from '../kernel/find-program.ts';
import { namesIfReadable } from '../kernel/tolerant-read.ts';
import { type Check, ok } from './doctor-check.ts';

/** Programs that are nice to have. */
export function checkPrograms(find: (...names: string[]) => string | null = findProgram): readonly Check[] {
  const fincore = find('fincore');
  const chromium = find('chromium', 'chromium-browser', 'google-chrome', 'chrome');
  return [
    fincore !== null
      ? ok('fincore', 'tells whether a cold start read the model from memory or from the disk')
      : {
          name: 'fincore',
          status: 'warning',
          message: 'not found: whether a cold start read the model from memory or from the disk stays unknown',
          fix: 'apt-get install util-linux-extra',
        },
    chromium !== null
      ? ok('chromium', `${chromium} (for the browser tests of the report)`)
      : {
          name: 'chromium',
          status: 'optional',
          message: 'not found: the browser tests of the report are skipped; reports need it not',
          fix: 'apt-get install chromium',
        },
  ];
}

/** Fonts of the system: good to know only, because reports use those of whoever reads them and drawn text uses bundled ones. */
export function checkSystemFonts(root = '/'): Check {
  const folders = ['usr/share/fonts', 'usr/local/share/fonts'].map((folder) => join(root, folder));
  const found = folders.flatMap((folder) => namesIfReadable(folder).map((name) => join(folder, name)));
  const message =
    found.length === 0 ? 'none installed' : `in ${folders.filter((one) => namesIfReadable(one).length > 0).join(', ')}`;
  return ok('system fonts', `${message}; nothing here needs them`);
}
