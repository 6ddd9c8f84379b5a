import { isInvalidForSpeed } from '../analysis/verdicts/judge-case.ts';
import { type Case, type Round, type Run, type VerdictFinding, verdictFamilies } from '../results/run.ts';
import type { RowReason } from './decision.ts';
import { engineReadings } from './engine-readings.ts';
import type { Arm } from './pair.ts';
import type { Reading, Readings } from './reading.ts';
import { withComparedAnswers } from './same-answers.ts';
import type { ConditionLimits } from './settings.ts';
import type { StoredArm, StoredRound, StoredScenario } from './stored-runs.ts';

/** Two runs whose cases of one id are one case, and the others have different ids. */
export interface AlignedRuns {
  readonly base: Run;
  readonly head: Run;
}

/**
 * Renames cases that have one id in both runs and are not the same case, as their keys tell: what is measured under one name in two ways is not
 * compared. Projected cases are no part of a run's cases; published ones are left out, as nobody measured them here.
 */
export function alignedRuns(base: Run, head: Run): AlignedRuns {
  const keys = (run: Run) => new Map(run.cases.map(({ id, key }) => [id, key]));
  const [ofBase, ofHead] = [keys(base), keys(head)];
  const aligned = (run: Run, others: ReadonlyMap<string, string>): Run => ({
    ...run,
    cases: run.cases
      .filter(({ provenance }) => provenance === 'measured')
      .map((one) => {
        const other = others.get(one.id);
        return other === undefined || other === one.key ? one : { ...one, id: `${one.id} (${one.key.slice(0, 8)})` };
      }),
  });
  return { base: aligned(base, ofHead), head: aligned(head, ofBase) };
}

/** The cases of two aligned runs with their rounds, head's first. */
export function storedScenarios({ base, head }: AlignedRuns, limits: ConditionLimits): StoredScenario[] {
  const told = engineReadings(base);
  const [ofBase, ofHead] = [
    armsOf(told, { arm: 'base', run: base, limits }),
    armsOf(withComparedAnswers(told, engineReadings(head)), { arm: 'head', run: head, limits }),
  ];
  return [...new Set([...ofHead.keys(), ...ofBase.keys()])].map((scenario) => ({
    scenario,
    base: ofBase.get(scenario) ?? null,
    head: ofHead.get(scenario) ?? null,
  }));
}

function armsOf(readings: Readings, source: Source): Map<string, NonNullable<StoredScenario['base']>> {
  const cases = new Map(source.run.cases.map((one) => [one.id, one]));
  return new Map(
    [...readings].flatMap(([id, reading]) => {
      const one = cases.get(id);
      return one === undefined ? [] : [[id, armOf(one, reading, source)] as const];
    }),
  );
}

interface Source {
  readonly arm: Arm;
  readonly run: Run;
  readonly limits: ConditionLimits;
}

function armOf(one: Case, reading: Reading, { arm, run, limits }: Source): NonNullable<StoredScenario['base']> {
  if (reading.outcome === 'failed') return { ...reading, pid: null };
  const rounds = one.rounds.flatMap((round): StoredRound[] => {
    if (round.status !== 'ok' || round.summary === null) return [];
    const findings = (one.findings ?? []).filter((finding) => finding.round === round.round);
    return [{ values: roundValues(one, round), dropped: dropped(findings, arm, run, limits) }];
  });
  return {
    outcome: 'measured',
    figures: Object.fromEntries(reading.figures.map(({ metric, value }) => [metric, value])),
    rounds,
    outputs: reading.outputs,
    ...(reading.differing === undefined ? {} : { differing: reading.differing }),
    stages: reading.stages,
    invalid: isInvalidForSpeed(one) ? invalidReason(one, arm) : null,
  } satisfies StoredArm;
}

/** A round's figures by the names that the gate has for a case's. Energy is what the round drew over what it got done. */
function roundValues({ latency }: Case, { summary }: Round): Record<string, number> {
  if (summary === null) return {};
  const { p50, p90, throughput, peakRssBytes, energy } = summary;
  const prefix = latency === null ? 'service_latency' : 'latency';
  const told: Readonly<Record<string, number | null>> = {
    [`${prefix}_p50`]: p50,
    [`${prefix}_p90`]: p90,
    throughput,
    peak_rss: peakRssBytes,
    energy: energy === null || throughput === null ? null : energy.meanPowerWatts / throughput,
  };
  return Object.fromEntries(Object.entries(told).filter((entry): entry is [string, number] => entry[1] !== null));
}

/** Why a round says nothing of the version that it measured: the conditions that void a pair of the gate, as far as a result tells them. */
function dropped(
  findings: readonly VerdictFinding[],
  arm: Arm,
  { environment }: Run,
  limits: ConditionLimits,
): StoredRound['dropped'] {
  for (const { code, have, message } of findings) {
    if (code === 'CPU_STEAL' && typeof have === 'number' && have > limits.stealShare) {
      return { code, need: limits.stealShare, have: `${arm}: ${have}` };
    }
    if (code === 'CPU_THROTTLED') return { code, need: null, have: `${arm}: ${message}` };
    if (code === 'FOREIGN_LOAD' && typeof have === 'number') {
      const share = have / environment.cpu.logicalCores;
      if (share > limits.foreignCpuShare) {
        return { code: 'FOREIGN_CPU', need: limits.foreignCpuShare, have: `${arm}: ${share}` };
      }
    }
    if (code === 'DEVICE_THROTTLED') return { code: 'GPU_THERMAL', need: null, have: `${arm}: ${message}` };
  }
  return null;
}

function invalidReason({ verdicts, findings = [], reasons }: Case, arm: Arm): RowReason {
  const invalid = verdictFamilies.filter((family) => family !== 'energy' && verdicts[family] === 'invalid');
  const codes = invalid.map((family) => {
    const found = findings.find((one) => one.family === family && one.severity === 'invalid');
    return `${family} (${found?.code ?? reasons[`verdicts.${family}`]?.code ?? 'not told'})`;
  });
  const told = codes.length === 0 ? 'configuration (NOT_IN_EFFECT)' : codes.join(', ');
  return { code: 'CASE_INVALID', need: null, have: `${arm}: ${told}` };
}
