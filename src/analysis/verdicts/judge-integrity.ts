import type { VerdictFinding } from '../../results/run.ts';
import { formatPercent, formatRatio, formatSeconds } from '../../units/format.ts';
import { type Evidence, type Judgement, judged, processorBackends, type RoundEvidence } from './evidence.ts';
import { finding } from './verdict-codes.ts';

/** A repeated input may be answered this much faster than varied ones: the bound of MLPerf's TEST04. */
const cachingRatio = 1.1;

/** Whether inputs varied, answers were worked out anew, and nobody else used the device (M28, M30, M31 of the measuring rules). */
export function judgeIntegrity(evidence: Evidence): Judgement {
  return judged([
    ...caching(evidence),
    ...hiddenWork(evidence),
    ...evidence.rounds.flatMap((round) => [...inputs(round, evidence), ...foreign(round, evidence)]),
  ]);
}

function caching({ proof, policy }: Evidence): VerdictFinding[] {
  const audit = proof?.cachingAudit ?? null;
  if (audit === null) {
    const why = proof === null ? null : (proof.cachingAuditReason ?? null);
    const have = why?.code ?? (policy.proof ? 'NOT_PROVEN' : 'PROOF_OFF');
    const message = `The case was not audited for answers from a cache (${have}).`;
    const nextStep =
      why === null ? {} : { nextStep: 'Rely on what is known of the engine: this workload cannot be audited.' };
    return [finding('CACHING_NOT_AUDITED', { need: null, have, message, ...nextStep })];
  }
  const [low, high] = audit.ci95;
  const figures = `${formatRatio(audit.ratio)} the time of one input again and again (95 %: ${formatRatio(low)} to ${formatRatio(high)})`;
  const facts = { need: cachingRatio, have: audit.ratio, message: `Inputs that vary take ${figures}.` };
  if (low > cachingRatio) return [finding('ANSWERED_FROM_CACHE', facts)];
  return high > cachingRatio ? [finding('CACHING_NOT_EXCLUDED', facts)] : [];
}

/** Transport above this many times that of an echo, and above this share of the service time, hides something. */
const echoRatio = 3;
const hiddenShare = 0.1;
/** What an interpreter needs around the call, to make tensors of bytes and back, which an echo does not do. */
const interpreterSeconds = 0.001;

/**
 * An engine in another process times itself. What it leaves out of its time shows as transport: the same tensors are sent there and back
 * with nothing computed, and more than that is no transport.
 */
function hiddenWork({ figures: { transport, serviceLatency } }: Evidence): VerdictFinding[] {
  const service = serviceLatency?.mean ?? null;
  if (transport === undefined || service === null) return [];
  const { mean, echo } = transport;
  if (!(mean > echoRatio * echo && mean - echo > Math.max(interpreterSeconds, hiddenShare * service))) return [];
  const message = `Transport took ${formatSeconds(mean)} a query, ${formatPercent(mean / service)} of the service time, and the same tensors travel in ${formatSeconds(echo)} when nothing is computed.`;
  return [finding('TRANSPORT_UNEXPLAINED', { need: echoRatio * echo, have: mean, message })];
}

function inputs({ round, measured }: RoundEvidence, { figures }: Evidence): VerdictFinding[] {
  const { distinctItems, queries } = measured;
  if (distinctItems > 1 || queries < 2) return [];
  const items = figures.data?.items ?? 0;
  const facts = { need: 2, have: distinctItems, round };
  return items > 1
    ? [finding('INPUTS_DO_NOT_VARY', { ...facts, message: `All ${queries} queries held the same item of ${items}.` })]
    : [finding('ONE_ITEM_ONLY', { ...facts, message: `All ${queries} queries held the one item of the workload.` })];
}

function foreign({ round, watched }: RoundEvidence, { figures }: Evidence): VerdictFinding[] {
  if ('code' in watched || processorBackends.has(figures.backend)) return [];
  return watched.devices.flatMap(({ device, foreignProcesses: have }) => {
    if (have === null || have === 0) return [];
    const message = `${have} other ${have === 1 ? 'process' : 'processes'} computed on ${device} before or after the round.`;
    return [finding('FOREIGN_PROCESS_ON_DEVICE', { need: 0, have, round, message })];
  });
}
