import { afterAll, expect, test } from 'vitest';
import { checkPrograms, checkSystemFonts } from '../../src/cli/doctor-tools.ts';
import { FakeSystem } from '../collectors/fake-system.ts';

const system = new FakeSystem();
afterAll(() => system.remove());

test('programs that are not there are no problems', () => {
  expect(checkPrograms(() => null).map(({ name, status }) => [name, status])).toEqual([
    ['fincore', 'warning'],
    ['chromium', 'optional'],
  ]);
});

test('a system without fonts is fine', () => {
  expect(checkSystemFonts(system.root)).toMatchObject({ status: 'ok', message: expect.stringMatching(/^none/) });
  system.write({ 'usr/share/fonts/truetype/a.ttf': '' });
  expect(checkSystemFonts(system.root)).toMatchObject({ status: 'ok', message: expect.stringMatching(/^in .*fonts/) });
});
