import { expect, test } from 'vitest';
import { metricName } from '../../src/units/metric-name.ts';

test('a metric is named in words', () => {
  expect(metricName('character_accuracy')).toBe('character accuracy');
  expect(metricName('top5')).toBe('top5');
});
