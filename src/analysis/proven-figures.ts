import type { NodeTimeRecord, Proof } from '../results/events.ts';
import type { Case } from '../results/run.ts';
import type { Reasons } from './reasons.ts';

const none = { code: 'NOT_TAKEN', need: null, have: null };

/** What the model answered, where its proof tells it; nothing where a former version took the proof, or none was taken. */
export function answersOf(proof: Proof | null, reasons: Reasons): Pick<Case, 'answers'> {
  if (proof?.answers === undefined) return {};
  return { answers: proof.answers ?? reasons.because('answers', proof.answersReason ?? none) };
}

/** Seconds of each operator, from those of its nodes; nothing where a former version took the proof, or none was taken. */
export function operatorTimes(proof: Proof | null, reasons: Reasons): Pick<Case, 'operatorTimes'> {
  if (proof?.operatorProfile === undefined) return {};
  const profile = proof.operatorProfile;
  if (profile === null) {
    return { operatorTimes: reasons.because('operatorTimes', proof.operatorProfileReason ?? none) };
  }
  const { runs, isPartial, nodes } = profile;
  const names = [...new Set(nodes.map(({ operator }) => operator))];
  const operators = names.map((name) => [name, sumOf(nodes.filter(({ operator }) => operator === name))] as const);
  return {
    operatorTimes: {
      unit: 's',
      runs,
      isPartial,
      operators: Object.fromEntries(operators.sort(([, a], [, b]) => b.seconds - a.seconds)),
    },
  };
}

function sumOf(nodes: readonly NodeTimeRecord[]) {
  const providers: Record<string, number> = {};
  for (const { provider, seconds } of nodes) {
    if (provider !== null) providers[provider] = inNanoseconds((providers[provider] ?? 0) + seconds);
  }
  const total = (of: (node: NodeTimeRecord) => number) => nodes.reduce((sum, node) => sum + of(node), 0);
  return { seconds: inNanoseconds(total(({ seconds }) => seconds)), calls: total(({ calls }) => calls), providers };
}

/** Profiles are in microseconds: what lies below is the rounding of sums. */
function inNanoseconds(seconds: number): number {
  return Math.round(seconds * 1e9) / 1e9;
}
