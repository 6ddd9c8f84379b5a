import { expect, test } from 'vitest';
import { builtInCollectors } from '../../src/collectors/builtin-collectors.ts';

test('of the machine collectors, exactly one is available', async () => {
  const probes = await Promise.all(
    builtInCollectors()
      .filter(({ name }) => name.startsWith('machine'))
      .map((collector) => collector.probe()),
  );
  expect(probes.filter(({ available }) => available)).toHaveLength(1);
});
