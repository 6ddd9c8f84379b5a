import { formatSeconds } from '../units/format.ts';
import { shareText } from './figure-text.ts';
import { isBeyondNoise, type OperatorChange, type OperatorExplanation, type OperatorTime } from './operator-changes.ts';

/** Operators, and of those nodes, that are named of a flagged scenario. */
const mostOperators = 3;

/** Operators whose number of calls is told. */
const mostCounts = 8;

/** A difference that is a smaller part of all kernels' time explains nothing. */
const leastShare = 0.01;

/** Operators, or nodes, whose difference is more than the noise of the profiles and a part of the time that matters; the largest first. */
export function toldChanges(changes: readonly OperatorChange[], of: 'operators' | 'nodes'): OperatorChange[] {
  const total = (arm: 'base' | 'head') =>
    changes.reduce((sum, change) => sum + (change.node === null ? (change[arm]?.seconds ?? 0) : 0), 0);
  const least = leastShare * Math.max(total('base'), total('head'));
  return changes.filter(
    (change) =>
      (change.node === null) === (of === 'operators') && isBeyondNoise(change) && Math.abs(change.difference) >= least,
  );
}

/** Which operators changed, a sentence each, with what could not be found out. */
export function operatorNotes({ operators, warnings }: OperatorExplanation): string[] {
  const types = toldChanges(operators, 'operators').slice(0, mostOperators);
  const nodes = toldChanges(operators, 'nodes').slice(0, mostOperators);
  const none =
    operators.length > 0 && types.length + nodes.length === 0
      ? ['operators: the time of none differs by more than profiles of one version do']
      : [];
  const isCounted = ({ base, head }: OperatorChange) => base?.count !== null && head?.count !== null;
  const counts = operators.filter(
    (change) => change.node === null && isCounted(change) && callsOf(change.base) !== callsOf(change.head),
  );
  const called = counts
    .slice(0, mostCounts)
    .map(({ operator, base, head }) => `${operator} ${callsOf(base)} to ${callsOf(head)}`);
  const more = counts.length > mostCounts ? ` and ${counts.length - mostCounts} more` : '';
  return [
    ...(called.length === 0 ? [] : [`calls a query: ${called.join(', ')}${more}`]),
    ...types.map((change) => `operator ${change.operator}: ${changeSentence(change)}`),
    ...nodes.map((change) => `node ${change.node} (${change.operator}): ${changeSentence(change)}`),
    ...none,
    ...warnings,
  ];
}

function changeSentence({ base, head, difference }: OperatorChange): string {
  const by = `${difference > 0 ? '+' : '−'}${formatSeconds(Math.abs(difference))} a query`;
  if (base === null) return `${by}, new in head`;
  if (head === null) return `${by}, gone from head`;
  const times = `${formatSeconds(base.seconds)} to ${formatSeconds(head.seconds)}`;
  return `${by} (${times}, ${shareText(base.share)} to ${shareText(head.share)} of all kernels)`;
}

/** Of an operator that is not there, 0. */
function callsOf(time: OperatorTime | null): number {
  return time?.count ?? 0;
}
