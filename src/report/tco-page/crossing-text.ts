import { shortVolume } from '../../tco/model/amount-text.ts';
import type { PairOutcome } from '../../tco/model/study-outcome.ts';
import { labelOf, type TcoView } from './view.ts';

/**
 * From which volume on A is cheaper than B, in a sentence that claims no more than was examined. Volumes are requests a day of the first year.
 */
export function crossingSentence(view: TcoView, { a, b, crossing }: PairOutcome): string {
  const [one, other] = [labelOf(view, a), labelOf(view, b)];
  const { stretches, first, persistent, examinedTo, isSettled } = crossing;
  const bound = isSettled ? '' : `, up to the ${shortVolume(examinedTo)} that were examined`;
  if (first === null) return `${one} costs less than ${other} at no volume${bound}.`;
  if (first === 0 && persistent === 0) return `${one} costs less than ${other} at every volume${bound}.`;
  const begins = first === 0 ? 'from the first request on' : `first above ${shortVolume(first)} requests a day`;
  if (persistent === null) {
    const end = shortVolume(stretches.at(-1)?.to ?? 0);
    const last = stretches.length === 1 ? `up to ${end}` : `the last time up to ${end}`;
    return `${one} costs less than ${other} ${begins}, ${last}; above, it no longer does${bound}.`;
  }
  if (first === persistent)
    return `${one} costs less than ${other} above ${shortVolume(first)} requests a day${bound}.`;
  return `${one} costs less than ${other} ${begins}, and at every volume above ${shortVolume(persistent)}${bound}; between them the order changes with every machine more.`;
}

/** How far two options were compared: `at all volumes`, or up to which one. */
export function examinedText({ crossing: { examinedTo, isSettled } }: PairOutcome): string {
  return isSettled ? 'all volumes' : `up to ${shortVolume(examinedTo)}`;
}
