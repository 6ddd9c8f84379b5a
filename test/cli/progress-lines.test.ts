import { expect, test } from 'vitest';
import { progressLines } from '../../src/cli/progress-lines.ts';
import { plannedCase } from '../runner/fixtures/plan.ts';
import { captureStreams } from './fixtures/capture-streams.ts';

test('a proof is named by its toggles, hygiene and layout where they do not follow from the others', () => {
  const { axes } = plannedCase('a');
  const line = (change: Partial<typeof axes>) => {
    const streams = captureStreams();
    const of = plannedCase('a', { axes: { ...axes, ...change } });
    progressLines(streams, false).onProgress({ type: 'proving', case: of, done: 1, of: 3 });
    return streams.err();
  };
  const usual = line({ fusion: 'on', layout: 'engine', hygiene: 'on' });
  expect(usual).toBe('prove    [2/3] one-node ort-cpu fp32, fusion on\n');
  expect(line({ fusion: 'engine', layout: 'plain', hygiene: 'on' })).toBe(
    'prove    [2/3] one-node ort-cpu fp32, fusion engine, hygiene on, layout plain\n',
  );
});

test('why cases are skipped is told once, and how many more are, when something else is told', () => {
  const streams = captureStreams();
  const { onProgress, end } = progressLines(streams, false);
  const skip = (name: string, message: string) => onProgress({ type: 'skipped', case: plannedCase(name), message });
  skip('a', 'no GPU');
  skip('b', 'no library');
  skip('c', 'no GPU');
  skip('d', 'no library');
  onProgress({ type: 'note', message: 'busy' });
  skip('e', 'no GPU');
  end();
  expect(
    streams
      .err()
      .split('\n')
      .map((line) => line.replace(/ \S+:/, '')),
  ).toEqual([
    ...['skipped  no GPU', 'skipped  no library', 'skipped  2 more cases for what is said above'],
    ...['note     busy', 'skipped  1 more case for what is said above', ''],
  ]);
});
