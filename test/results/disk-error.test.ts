import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { expect, test } from 'vitest';
import { diskError } from '../../src/results/disk-error.ts';

test.skipIf(!existsSync('/dev/full'))('no space left is DISK_FULL and says what to do', () => {
  const file = openSync('/dev/full', 'w');
  let thrown: unknown;
  try {
    writeSync(file, 'x');
  } catch (error) {
    thrown = error;
  } finally {
    closeSync(file);
  }
  expect(diskError(thrown, 'results/a')).toMatchObject({
    code: 'DISK_FULL',
    exitCode: 4,
    message: expect.stringMatching(/results\/a.*--out DIR.*--resume/),
  });
});

test('an error that is not about the disk stays what it is', () => {
  const error = new RangeError('other');
  expect(diskError(error, 'a')).toBe(error);
});
