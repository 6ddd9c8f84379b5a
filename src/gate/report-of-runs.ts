import { decideStored } from './decide-stored.ts';
import { todayOf } from './gate-context.ts';
import type { GateReport } from './gate-report.ts';
import { flaggedScenarios } from './report-of-log.ts';
import { defaultSettings } from './settings.ts';
import { settle } from './settle.ts';
import { stageChanges } from './stage-changes.ts';
import { pairOfCase } from './stored-pair.ts';
import type { StoredRuns } from './stored-runs.ts';

/** What a gate of two stored runs has to tell: a function of what was kept of them. */
export function reportOfRuns(runs: StoredRuns): GateReport {
  const { base, head, context, settings, scenarios } = runs;
  const decision = decideStored(runs);
  const settled = settle(decision, context.acknowledgements, todayOf(context));
  const flagged = new Set(flaggedScenarios(settled));
  const pairs = scenarios.flatMap((one) => (flagged.has(one.scenario) ? (pairOfCase(one) ?? []) : []));
  return {
    suite: context.suite,
    base,
    head,
    measured: 'one after the other',
    // There is one look at whatever rounds there are, and no second stage.
    settings: { ...defaultSettings, metrics: settings.metrics, alpha: settings.alpha, looks: [], confirmRounds: 0 },
    decision,
    settled,
    environment: context.environment,
    differences: context.differences,
    stages: Object.fromEntries([...flagged].map((scenario) => [scenario, stageChanges(pairs, scenario)])),
  };
}
