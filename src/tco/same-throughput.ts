import type { Assumption } from './model/study-data.ts';
import type { StudyFile } from './study-schema.ts';

/**
 * The figures of a study where options that took their throughput from the same row, projection or case have one figure for it: where the row is
 * wrong, it is wrong for all of them. Figures of one accelerator that machines of other sizes multiply stay apart.
 */
export function joinSameThroughputs(assumptions: readonly Assumption[], { options }: StudyFile): Assumption[] {
  const groups = new Map<string, Assumption[]>();
  for (const figure of assumptions) {
    const index = /^options\[(\d+)\]\.throughput\.items_per_second$/.exec(figure.name)?.[1];
    const isTaken = index !== undefined && options[Number(index)]?.throughput.items_per_second === undefined;
    const key = isTaken ? JSON.stringify([figure.source, figure.value, figure.low, figure.high]) : figure.name;
    groups.set(key, [...(groups.get(key) ?? []), figure]);
  }
  return [...groups.values()].flatMap((alike) => {
    const [first] = alike;
    if (first === undefined) return [];
    const owners = alike.flatMap(({ owner }) => owner ?? []);
    return [
      {
        ...first,
        owner: alike.length === 1 ? first.owner : owners.join(' and '),
        places: alike.flatMap(({ places }) => places),
      },
    ];
  });
}
