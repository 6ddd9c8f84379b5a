import { answersFacts } from './compared-answers.ts';
import { decide } from './decide.ts';
import { todayOf } from './gate-context.ts';
import type { StoredGate, VersionRecord } from './gate-log.ts';
import type { GateReport, ReportedVersion } from './gate-report.ts';
import { machineFacts } from './machine-facts.ts';
import { type Settled, settle } from './settle.ts';
import { stageChanges } from './stage-changes.ts';

/** What a gate has to tell: a function of its log alone, so that what is shown later is what was shown when it was measured. */
export function reportOfLog({ start, pairs, context, explained }: StoredGate): GateReport {
  const decision = decide(start.settings, pairs);
  const settled = settle(
    decision,
    context?.acknowledgements ?? [],
    context === null ? { date: '', baseContains: () => null } : todayOf(context),
  );
  const flagged = flaggedScenarios(settled);
  return {
    suite: context?.suite ?? 'gate',
    base: reported(start.base),
    head: reported(start.head),
    settings: start.settings,
    decision,
    settled,
    environment: [
      ...(context?.environment ?? []),
      ...machineFacts(start.surroundings, pairs, start.settings.limits),
      ...answersFacts(pairs),
    ],
    differences: context?.differences ?? [],
    stages: Object.fromEntries(flagged.map((scenario) => [scenario, stageChanges(pairs, scenario)])),
    // Of a gate that went on after it was explained, some may no longer be flagged.
    operators: Object.fromEntries(
      explained
        .filter(({ scenario }) => flagged.includes(scenario))
        .map(({ scenario, operators, warnings }) => [scenario, { operators, warnings }]),
    ),
  };
}

/** Scenarios with a row that changed, for the worse or for the better: what is worth explaining. */
export function flaggedScenarios({ rows }: Pick<Settled, 'rows'>): string[] {
  const changed = rows.filter(({ row: { verdict } }) => verdict === 'regressed' || verdict === 'improved');
  return [...new Set(changed.map(({ row }) => row.metric.scenario))];
}

/** `working tree with 2 changed files on 1a2b3c4`: a name alone would be the same for every state of it. */
function reported({ name, commit, changedFiles, checkedOut }: VersionRecord): ReportedVersion {
  if (checkedOut === undefined) return { name, commit };
  const changed =
    changedFiles === 0 ? 'without a change' : `with ${changedFiles} changed ${changedFiles === 1 ? 'file' : 'files'}`;
  return { name: `${name} ${changed} on ${checkedOut.slice(0, 7)}`, commit };
}
