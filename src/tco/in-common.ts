import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../kernel/schema-problems.ts';
import { describeValue, valueAt } from '../kernel/value-path.ts';
import type { Assumption } from './model/study-data.ts';

/** The part of a study that says which figures all its options have in common. */
interface WithCommon {
  readonly options: readonly object[];
  readonly in_common?: readonly string[] | undefined;
}

const everyOption = 'options.*.';

/** The figures of a study where those that options have in common are one, which moves in all of them. */
export function joinCommon(assumptions: readonly Assumption[], { in_common: common = [] }: WithCommon): Assumption[] {
  return common.reduce<Assumption[]>(
    (joined, pattern) => {
      const alike = joined.filter(({ name }) => name.replace(/^options\[\d+\]\./, everyOption) === pattern);
      const [first, ...others] = alike;
      if (first === undefined) return joined;
      const one = { ...first, owner: null, places: alike.flatMap(({ places }) => places) };
      return joined.filter((figure) => !others.includes(figure)).map((figure) => (figure === first ? one : figure));
    },
    [...assumptions],
  );
}

/** What is said to be in common and is not. */
export function commonFindings(study: WithCommon): Problem[] {
  return (study.in_common ?? []).flatMap((pattern, index) => {
    const message = commonFault(study, pattern);
    return message === null ? [] : [{ path: ['in_common', index], part: 'value' as const, message }];
  });
}

/** What is wrong with one figure that is said to be in common; null: nothing is. */
export function commonFault({ options }: WithCommon, pattern: string): string | null {
  if (!pattern.startsWith(everyOption)) {
    return `expected a place such as options.*.machine.residual_share, got ${JSON.stringify(pattern)}`;
  }
  const place = pattern.slice(everyOption.length).split('.');
  const figures = options.map((option) => valueAt(option, place)).filter((figure) => figure !== undefined);
  const [first, ...others] = figures.map(withoutOrigin);
  if (others.length === 0) {
    return `expected a figure that two options state at least, got ${figures.length === 0 ? 'none' : 'one'}`;
  }
  return others.every((other) => isDeepStrictEqual(first, other))
    ? null
    : `expected the same figure in all options, got ${figures.map(describeFigure).join(' and ')}`;
}

/** A figure may be read in several places. */
function withoutOrigin(figure: unknown): unknown {
  if (typeof figure !== 'object' || figure === null) return figure;
  return { ...figure, source: undefined, date: undefined };
}

function describeFigure(figure: unknown): string {
  if (typeof figure !== 'object' || figure === null) return describeValue(figure);
  const { value, amount, low, high } = figure as Record<string, unknown>;
  const middle = String(value ?? amount);
  return low === undefined ? middle : `${middle} (${low} to ${high})`;
}
