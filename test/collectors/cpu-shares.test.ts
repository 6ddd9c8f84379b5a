import { expect, test } from 'vitest';
import { CpuShares } from '../../src/collectors/cpu-shares.ts';

const shares = new CpuShares();
const take = (line: string): CpuShares => {
  shares.next(Buffer.from(`${line}\ncpu0 1 1 1 1\nctxt 5\n`));
  return shares;
};

test('shares are parts of the time between two readings', () => {
  shares.reset();
  expect(take('cpu  100 0 50 800 10 0 5 2 0 0').busy).toBeNaN();
  // Grown by: user 20, nice 5, system 10, idle 50, iowait 5, irq 1, softirq 4, steal 5: 100 in all.
  take('cpu  120 5 60 850 15 1 9 7 99 99');
  expect(shares.busy).toBeCloseTo(0.4, 12); // 20 + 5 + 10 + 1 + 4
  expect(shares.iowait).toBeCloseTo(0.05, 12);
  expect(shares.steal).toBeCloseTo(0.05, 12);
});

test('iowait that runs backwards counts as not grown', () => {
  shares.reset();
  take('cpu  0 0 0 0 100 0 0 0');
  take('cpu  10 0 0 30 90 0 0 0');
  expect(shares.iowait).toBe(0);
  expect(shares.busy).toBe(0.25);
});

test('no time between two readings gives NaN', () => {
  shares.reset();
  take('cpu  1 2 3 4 5 6 7 8');
  take('cpu  1 2 3 4 5 6 7 8');
  expect(shares.busy).toBeNaN();
});
