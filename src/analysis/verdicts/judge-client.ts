import type { VerdictFinding } from '../../results/run.ts';
import { formatPercent, formatRatio, formatSeconds } from '../../units/format.ts';
import { type Evidence, type Judgement, judged, notJudged, type RoundEvidence } from './evidence.ts';
import { isScheduled } from './judge-load.ts';
import { finding } from './verdict-codes.ts';

/** perf_analyzer warns when more than 1 % of the requests are late, or the client takes more than half of the time. */
const lateShare = 0.01;
const overheadShare = 0.5;

/** Whether the load generator was on time, so that what was measured is the system and not the client (M9 of the measuring rules). */
export function judgeClient(evidence: Evidence): Judgement {
  const { figures, reasons, policy } = evidence;
  if (policy.bareLoop !== 'none') return notJudged({ code: 'BARE_LOOP_IN_WINDOW', need: null, have: null });
  if (!isScheduled(figures.scenario.kind))
    return judged([
      ...evidence.rounds.flatMap((round) => gaps(round, figures.scenario.kind)),
      ...delay(evidence),
      ...core(evidence),
      ...recording(evidence),
    ]);
  const load = figures.load ?? null;
  if (load === null) return notJudged(reasons.load ?? { code: 'NOT_RECORDED', need: null, have: null });
  if (load.late === null) return notJudged(reasons['load.late'] ?? { code: 'NOT_RECORDED', need: null, have: null });
  const { limitSeconds, share, worstSeconds } = load.late;
  const late =
    share > lateShare
      ? [
          finding('CLIENT_LATE', {
            need: lateShare,
            have: share,
            message: `${formatPercent(share)} of the queries were sent more than ${formatSeconds(limitSeconds)} late, the worst by ${formatSeconds(worstSeconds)}: the client is saturated.`,
          }),
        ]
      : [];
  return judged([...late, ...delay(evidence), ...core(evidence), ...recording(evidence)]);
}

/**
 * Of a response time that starts when the query is due, the part that is the client's own lateness. In a closed loop a query is due when
 * another one is done; where it is due when it is sent, there is no such part.
 */
function delay({ figures: { issueDelay, latency, scenario } }: Evidence): VerdictFinding[] {
  const [late, response] = [issueDelay?.mean ?? null, latency?.mean ?? null];
  if (late === null || response === null || !(late > overheadShare * response)) return [];
  const message = `${formatSeconds(late)} of a mean response time of ${formatSeconds(response)} passed before the query was sent.`;
  const nextStep = scenario.kind === 'closed_loop' ? { nextStep: 'Take larger queries (`--batch-size`).' } : {};
  return [finding('CLIENT_OVERHEAD', { need: overheadShare, have: late / response, message, ...nextStep })];
}

/** One query after another: what of the window is in no query was spent between two of them, getting the next one ready. */
function gaps({ round, measured, summary: { mean } }: RoundEvidence, kind: string): VerdictFinding[] {
  // With several under way the sum of their times says nothing of the client; a timed function has the clock around it alone.
  if (!['single_stream', 'multi_stream', 'offline'].includes(kind) || mean === null) return [];
  const share = 1 - (mean * measured.queries) / measured.windowSeconds;
  if (!(share > overheadShare)) return [];
  const message = `${formatPercent(share)} of the window passed between two queries.`;
  return [finding('CLIENT_OVERHEAD', { need: overheadShare, have: share, round, message })];
}

/** The bound of MLPerf's TEST01. */
const recordingRatio = 1.1;

/** On the model alone, in the process of the proof. */
function recording({ proof }: Evidence): VerdictFinding[] {
  const audit = proof?.recordingAudit ?? null;
  if (audit === null || !(audit.ci95[0] > recordingRatio)) return [];
  const [low, high] = audit.ci95.map(formatRatio);
  const message = `Queries that are taken down need ${formatRatio(audit.ratio)} the time of those that are not (95 %: ${low} to ${high}).`;
  return [finding('RECORDING_SLOWS', { need: recordingRatio, have: audit.ratio, message })];
}

/** A generator that spins takes a core: the threads of the engine and it must fit on those there are. */
function core({ figures, rounds, environment }: Evidence): VerdictFinding[] {
  const spins = rounds.some(({ measured }) => measured.generator?.spins === true);
  const { threads } = figures.axes;
  const { availableCores } = environment.cpu;
  if (!spins || threads < availableCores) return [];
  const message = `The engine has ${threads} threads on ${availableCores} cores, which leaves the load generator none of its own.`;
  const nextStep = `Leave it one with \`--threads ${Math.max(1, availableCores - 1)}\`.`;
  return [finding('GENERATOR_WITHOUT_CORE', { need: threads + 1, have: availableCores, message, nextStep })];
}
