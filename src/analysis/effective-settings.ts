import type { Case } from '../results/run.ts';
import type { Attempt, CaseHistory } from './case-history.ts';
import type { Reasons } from './reasons.ts';

type Field = Case['effective'][string];
type Asked = Readonly<Record<string, string | number | boolean>>;

/**
 * What took effect, as far as anybody found out: the proof of the configuration, and what the processes of the rounds saw of
 * themselves. What was verified goes before what was not, and of two that were, the round's: it is what was measured. The proof
 * speaks for an axis only if it was taken at the same value of it, as cases share a proof. What differs from what was asked
 * for, or was never verified, is noted in `reasons` under `effective.<axis>`; of a toggle of the graph that makes no difference to this one,
 * why (`NO_DIFFERENCE`, or `NO_GRAPH` where the backend runs none) under `effective.<axis>.value`, as of threads where a device computes
 * (`NOT_ON_DEVICE`).
 */
export function effectiveSettings(
  { planned, proof }: CaseHistory,
  finished: readonly Attempt[],
  reasons: Reasons,
): Case['effective'] {
  const asked: Asked = { ...planned.axes, ...planned.providerOptions };
  const effective = ofProof(proof, asked);
  for (const [name, field] of Object.entries(ofRounds(finished, asked))) {
    const proven = effective[name];
    if (proven === undefined || isVerified(field) || !isVerified(proven)) effective[name] = field;
  }
  for (const [name, need] of Object.entries(asked)) {
    const field = effective[name];
    const wanted = wordOf(need);
    if (field === undefined) reasons.withhold(`effective.${name}`, 'NOT_VERIFIED', wanted);
    else if (field.value !== null && field.value !== need) {
      reasons.withhold(`effective.${name}`, 'NOT_IN_EFFECT', wanted, String(field.value));
    } else if (field.value !== null && !isVerified(field))
      reasons.withhold(`effective.${name}`, 'NOT_VERIFIED', wanted);
  }
  for (const [name, field] of Object.entries(effective)) {
    if (field.value === null)
      reasons.withhold(`effective.${name}.value`, whyUnknown(name, field), wordOf(asked[name] ?? null));
  }
  return effective;
}

/** As a reason states it. */
function wordOf(value: Asked[string] | null): string | number | null {
  return typeof value === 'boolean' ? String(value) : value;
}

/** Axes that a graph may have nothing for. */
const ofGraph: ReadonlySet<string> = new Set(['fusion', 'layout', 'hygiene']);

/** Axes of engines that compute on the processor. */
const ofProcessor: ReadonlySet<string> = new Set(['threads', 'spinning']);

function whyUnknown(name: string, field: Field): string {
  if (!isVerified(field)) return 'NOT_VERIFIED';
  if (ofProcessor.has(name) && field.evidence === 'session metadata') return 'NOT_ON_DEVICE';
  if (!ofGraph.has(name)) return 'NOT_VERIFIED';
  return field.evidence === 'session metadata' ? 'NO_GRAPH' : 'NO_DIFFERENCE';
}

function ofProof(proof: CaseHistory['proof'], asked: Asked): Record<string, Field> {
  if (proof === null) return {};
  const proven: Asked = { ...proof.of.axes, ...proof.of.providerOptions };
  const holds = ([name]: [string, Field]) => asked[name] === proven[name]; // both undefined for what is no axis
  return Object.fromEntries(Object.entries(proof.proof.effective).filter(holds));
}

/** Of rounds that saw different values, one that is not what was asked for counts: the figures are pooled over all of them. */
function ofRounds(finished: readonly Attempt[], asked: Asked): Record<string, Field> {
  const merged: Record<string, Field> = {};
  for (const { end } of finished) {
    if (end.status !== 'ok') continue;
    for (const [name, field] of Object.entries(end.measured.effective)) {
      const known = merged[name];
      const keep = known !== undefined && isVerified(known) && (!isVerified(field) || known.value !== asked[name]);
      if (!keep) merged[name] = field;
    }
  }
  return merged;
}

/** A null that was looked for counts: a graph without anything to fuse has no fusion to tell, and a mere repetition of the request tells less. */
function isVerified({ evidence }: Field): boolean {
  return evidence !== 'unverified';
}
