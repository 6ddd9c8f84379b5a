import { expect, test } from 'vitest';
import { repeatCommand } from '../../src/analysis/repeat-command.ts';

test.each([
  [['bench', '--model', 'path:0a1b2c3d.onnx'], '--model YOUR-PATH'],
  [['bench', '--model=path:0a1b2c3d.onnx', '--out=path:0a1b2c3d'], '--model=YOUR-PATH --out=YOUR-PATH'],
  [['bench', '--suite', 'clients/user:0a1b2c3d/a.yaml'], '--suite clients/YOUR-USER/a.yaml'],
  [['bench', '--set', 'data=path:0a1b2c3d.npy,path:4e5f6a7b'], '--set data=YOUR-PATH,YOUR-PATH'],
  [['bench', 'audio:16000000', 'path:0a1b2c3d4'], 'audio:16000000 path:0a1b2c3d4'],
])('%j is repeated with what is private left to the reader', (command, expected) => {
  expect(repeatCommand({ command }, ['policy.rounds=5'])).toBe(`npm run bench -- ${expected} --set policy.rounds=5`);
});
