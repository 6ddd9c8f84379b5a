import { expect, test } from 'vitest';
import { gateRules } from '../../src/runner/gate-rules.ts';

test('a result keeps how figures are judged, and neither commands nor variables', () => {
  const metrics = [{ metric: 'latency_p50', margin: '8%' }];
  const gate = {
    metrics,
    alpha: 0.01,
    limits: { steal: 0.1 },
    setup: 'npm ci',
    command: 'node x.js',
    env: { TOKEN: 'secret' },
  };
  expect(gateRules({ gate })).toEqual({ gate: { metrics, alpha: 0.01, limits: { steal: 0.1 } } });
});

test('a suite that says nothing of that leaves nothing', () => {
  expect(gateRules({ gate: null })).toEqual({});
  expect(gateRules({ gate: { setup: 'npm ci' } })).toEqual({});
});
