import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { askBackends } from '../../src/runner/ask-backends.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-ask-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A plug-in with a backend whose probe runs `code`. */
function plugin(name: string, code: string): string {
  const file = join(folder, `${name}.mjs`);
  const backend = `{ name: '${name}', stack: 'test', probe: async () => { ${code} }, load: async () => {} }`;
  writeFileSync(file, `export const register = ({ backends }) => { backends.add(${backend}); };\n`);
  return pathToFileURL(file).href;
}

const fine = "return { available: true, device: 'CPU', version: '1', precisions: {} };";
const words = 'libcudnn.so.9: cannot open shared object file: No such file or directory';

test('a backend that crashes is absent with its own words, and takes the others not down', async () => {
  const plugins = [
    plugin('aborting', `process.stderr.write('${words}\\nterminating\\n'); process.abort();`),
    plugin('well', fine),
  ];
  expect(await askBackends(['aborting', 'well'], { plugins, remedy: 'npx dyno doctor' })).toMatchObject({
    aborting: {
      ...{ available: false, remedy: 'npx dyno doctor' },
      reason: `its library crashed the process that asked it (SIGABRT): ${words}`,
    },
    well: { available: true, device: 'CPU' },
  });
});

test('of an unknown crash the last line that is not of a stack is told', async () => {
  const plugins = [plugin('odd', "process.stderr.write('first\\nflux too low\\n'); process.abort();")];
  const { odd } = await askBackends(['odd'], { plugins, remedy: 'x' });
  expect(odd?.reason).toBe('its library crashed the process that asked it (SIGABRT): flux too low');
});

test('a plug-in that is not there is the fault of what was given', async () => {
  const plugins = [pathToFileURL(join(folder, 'gone.mjs')).href];
  await expect(askBackends(['gone'], { plugins, remedy: 'x' })).rejects.toMatchObject({ exitCode: 3 });
});

test('nothing is known of backends when it is aborted', async () => {
  const signal = AbortSignal.abort();
  expect(await askBackends(['well'], { plugins: [plugin('well', fine)], remedy: 'x', signal })).toEqual({});
});
