import type { Interval } from '../stats/interval.ts';
import { proportionInterval } from '../stats/proportion-interval.ts';
import type { PlayedGate } from './aa-replay.ts';
import type { GateVerdict } from './decision.ts';

/** How many of the gates raised an alarm, with the exact interval of the chance of one. */
export interface AlarmRate {
  readonly alarms: number;
  /** Interval of 95 % as if gates were independent; null without a gate. */
  readonly share: Interval | null;
}

/** What gates of one version against itself say of a suite. */
export interface SuiteRates {
  readonly gates: number;
  /** Gates in which the first stage flagged a gating row: without the confirm stage, each of them would fail. */
  readonly flagged: AlarmRate;
  /** Gates that fail: fresh processes found it again, or an exact metric changed. */
  readonly failed: AlarmRate;
  readonly verdicts: Readonly<Record<GateVerdict, number>>;
  /** Valid pairs of the row that took most of them, on average, both stages together; null without a gate. */
  readonly pairs: number | null;
}

/** Counts what gates of equal versions say: whatever they flag is a false alarm. */
export function suiteRates(played: readonly PlayedGate[]): SuiteRates {
  const verdicts: Record<GateVerdict, number> = {
    pass: 0,
    improved: 0,
    regressed: 0,
    inconclusive: 0,
    invalid: 0,
    nothing: 0,
  };
  for (const { decision } of played) verdicts[decision.verdict]++;
  const flagged = played.filter(({ decision }) => decision.rows.some(({ chosen }) => chosen)).length;
  const pairs = played.reduce((sum, gate) => sum + pairsOf(gate), 0);
  return {
    gates: played.length,
    flagged: alarmRate(flagged, played.length),
    failed: alarmRate(verdicts.regressed, played.length),
    verdicts,
    pairs: played.length === 0 ? null : pairs / played.length,
  };
}

function pairsOf({ decision: { rows } }: PlayedGate): number {
  return Math.max(0, ...rows.map(({ look, confirm }) => (look?.pairs ?? 0) + (confirm?.pairs ?? 0)));
}

function alarmRate(alarms: number, gates: number): AlarmRate {
  return { alarms, share: gates === 0 ? null : proportionInterval(alarms, gates) };
}
