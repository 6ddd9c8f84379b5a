import type { AnswersRecord } from '../results/events.ts';
import type { Differing, Readings } from './reading.ts';

/** Characters of an item: what it was answered, a mark, where that lies, a mark. */
const item = /(.{3})(.)(.{2})(.)/gs;

/**
 * How many items two versions answered otherwise, of those that both tell. What the last bits of the scores could have turned is no difference: a tie in
 * both versions, or in either one what only that one can see. Versions that answered different numbers of items had other data: all differ.
 */
export function differingAnswers(base: AnswersRecord, head: AnswersRecord): Differing {
  const of = Math.max(base.items, head.items);
  if (base.items !== head.items) return { items: of, of };
  const [ofBase, ofHead] = [base, head].map(({ codes }) => [...codes.matchAll(item)]);
  const differs = (index: number, part: 1 | 3): boolean => {
    const [one, other] = [ofBase?.[index], ofHead?.[index]];
    if (one?.[part] === other?.[part]) return false;
    const marks = `${one?.[part + 1] ?? ''}${other?.[part + 1] ?? ''}`;
    return !(marks.includes('?') || marks === '~~');
  };
  const indices = Array.from({ length: of }, (_, index) => index);
  return { items: indices.filter((index) => differs(index, 1) || differs(index, 3)).length, of };
}

/**
 * Readings of head whose outputs are those of base where no item was answered otherwise, so that equal outputs are equal answers; and with how many were,
 * where some were.
 */
export function withComparedAnswers(base: Readings, head: Readings): Readings {
  return new Map(
    [...head].map(([scenario, reading]) => {
      const other = base.get(scenario);
      if (reading.outcome === 'failed' || other === undefined || other.outcome === 'failed') return [scenario, reading];
      if (reading.answers === undefined || other.answers === undefined) return [scenario, reading];
      const differing = differingAnswers(other.answers, reading.answers);
      return [
        scenario,
        differing.items === 0
          ? { ...reading, outputs: other.outputs }
          : { ...reading, outputs: reading.outputs, differing },
      ];
    }),
  );
}
