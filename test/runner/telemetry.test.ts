import { expect, test } from 'vitest';
import type { RunContext } from '../../src/runner/run-context.ts';
import { startTelemetry } from '../../src/runner/telemetry.ts';

test('a policy of no sampling starts no sampler, and opens and closes nothing', async () => {
  const events: unknown[] = [];
  const context = {
    plan: { policy: { samplingHertz: 0 } },
    plugins: [],
    log: { append: (event: unknown) => events.push(event) },
    origin: 0,
    onProgress: () => {},
  } as unknown as RunContext;
  const telemetry = await startTelemetry(context);
  await telemetry.open(process.pid, '/nowhere/at/all');
  await telemetry.close();
  await telemetry.observe({ key: 'a', samples: { file: 'a', rows: 1, sha256: '' }, telemetry: null, windowStart: 0 });
  await telemetry.stop();
  expect(events).toEqual([]);
});
