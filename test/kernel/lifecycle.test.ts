import { expect, test } from 'vitest';
import { runWithin, type Startable } from '../../src/kernel/lifecycle.ts';

function part(name: string, log: string[], fails: 'start' | 'stop' | 'never' = 'never'): Startable {
  const step = (what: 'start' | 'stop') => async (): Promise<void> => {
    log.push(`${what} ${name}`);
    if (fails === what) throw new Error(`${name} failed to ${what}`);
  };
  return { name, start: step('start'), stop: step('stop') };
}

test('parts start in order and stop in reverse', async () => {
  const log: string[] = [];
  const answer = await runWithin([part('a', log), part('b', log)], 1, async () => {
    log.push('work');
    return 42;
  });
  expect(answer).toBe(42);
  expect(log).toEqual(['start a', 'start b', 'work', 'stop b', 'stop a']);
});

test('a part that fails to start is stopped too, and what follows is not started', async () => {
  const log: string[] = [];
  const work = runWithin([part('a', log), part('b', log, 'start'), part('c', log)], 1, async () => log.push('work'));
  await expect(work).rejects.toThrow('b failed to start');
  expect(log).toEqual(['start a', 'start b', 'stop b', 'stop a']);
});

test('the first error wins', async () => {
  const log: string[] = [];
  const work = runWithin([part('a', log, 'stop')], 1, async () => {
    throw new Error('the work failed');
  });
  await expect(work).rejects.toThrow('the work failed');
  expect(log).toEqual(['start a', 'stop a']);
});

test('a part that never starts is given up', async () => {
  const hanging: Startable = { name: 'hanging', start: () => new Promise(() => {}), stop: async () => {} };
  await expect(runWithin([hanging], 0.01, async () => 1)).rejects.toThrow(
    'The start of hanging took longer than 0.01 s.',
  );
});
