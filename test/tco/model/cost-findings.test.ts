import { expect, test } from 'vitest';
import { costFindings } from '../../../src/tco/model/cost-findings.ts';

test('a chance that is nearly certain is not told as certain', () => {
  const chance = {
    ...{ boundary: 'U', title: 'with ranges', draws: 1_000, seed: 1, difference: { p5: -0.3, p50: -0.2, p95: -0.1 } },
    ...{ lower: 0.998, lowerAsClaimed: 0.004 },
  };
  const findings = costFindings({
    ...{ kind: 'cost', text: '', source: '', option: 'A', against: 'B', notes: [] },
    ...{ lowerBy: 0.22, tolerance: 0.03, years: 3, boundaries: [], evidence: [], chances: [chance] },
  });
  expect(findings.at(-1)).toContain('it is lower in > 99.5 %, and 22 % lower or more in < 0.5 %.');
  const certain = { ...chance, lower: 1, lowerAsClaimed: 0 };
  expect(
    costFindings({
      ...{ kind: 'cost', text: '', source: '', option: 'A', against: 'B', notes: [] },
      ...{ lowerBy: 0.22, tolerance: 0.03, years: 3, boundaries: [], evidence: [], chances: [certain] },
    }).at(-1),
  ).toContain('it is lower in 100 %, and 22 % lower or more in 0 %.');
});
