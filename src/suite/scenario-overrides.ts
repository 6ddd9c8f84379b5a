import { resolve } from 'node:path';
import { InputError } from '../kernel/errors.ts';
import { type Assignment, splitList } from './assignment.ts';
import type { SuiteFile } from './schema.ts';
import { writtenScenarios } from './settle-scenarios.ts';

/** Options of the command line that change the scenarios of a suite, as they were typed: lists separated by commas. */
export interface ScenarioOverrides {
  readonly scenario?: string | undefined;
  readonly scope?: string | undefined;
  /** Of `server` scenarios: queries a second, or `search`. */
  readonly rate?: string | undefined;
  /** Of `closed_loop` scenarios. */
  readonly concurrency?: string | undefined;
  /** Of `replay` scenarios: a path from where the command is given. */
  readonly trace?: string | undefined;
}

/** A scenario on its way into a suite: checked when it is in. */
type Draft = Readonly<Record<string, unknown>> & { readonly kind: string };

/** An option that says something of the scenarios of one kind. */
interface DetailOption {
  readonly option: string;
  readonly text: string | undefined;
  readonly kind: string;
  readonly key: string;
  parse(text: string): unknown;
}

/**
 * What `--scenario`, `--scope`, `--rate`, `--concurrency` and `--trace` put into a suite: one list of scenarios. One that the suite has stays
 * as it is there, but for what an option says of it. `together`: all suites of the run, this one included.
 * Throws `OVERRIDE_INVALID` for an option without a scenario that it is for in any of them.
 */
export function scenarioAssignments(
  suite: SuiteFile,
  overrides: ScenarioOverrides,
  together: readonly SuiteFile[],
): Assignment[] {
  const { scenario, scope } = overrides;
  const said = detailOptions(overrides).filter(({ text }) => text !== undefined);
  const chosen = chosenScenarios(suite, scenario);
  const inRun = new Set(together.flatMap((one) => chosenScenarios(one, scenario)).map(({ kind }) => kind));
  for (const { option, text, kind } of said) {
    if (inRun.has(kind)) continue;
    throw new InputError(
      'OVERRIDE_INVALID',
      `${option} ${text}: expected a scenario of the kind ${kind} beside it, got ${[...inRun].join(', ')}. Add --scenario ${kind}.`,
    );
  }
  // Of several suites, an option is for those that have its scenario.
  const details = said.filter(({ kind }) => chosen.some((entry) => entry.kind === kind));
  if (scenario === undefined && scope === undefined && details.length === 0) return [];
  const value = chosen.map((entry) => {
    const changes = details
      .filter(({ kind }) => kind === entry.kind)
      .map(({ key, text = '', parse }) => [key, parse(text)]);
    return { ...entry, ...(scope === undefined ? {} : { scope }), ...Object.fromEntries(changes) };
  });
  const options = [
    ...(scenario === undefined ? [] : [`--scenario ${scenario}`]),
    ...(scope === undefined ? [] : [`--scope ${scope}`]),
    ...details.map(({ option, text }) => `${option} ${text}`),
  ];
  return [{ option: options.join(' '), path: ['scenarios'], value: value.map(plain) }];
}

/** The scenarios of a suite that `--scenario` names, or new ones of that name; all of the suite's without it. */
function chosenScenarios(suite: SuiteFile, scenario: string | undefined): readonly Draft[] {
  const written: readonly Draft[] = writtenScenarios(suite);
  if (scenario === undefined) return written;
  return splitList('--scenario', scenario).flatMap((kind): readonly Draft[] => {
    const known = written.filter((entry) => entry.kind === kind);
    return known.length > 0 ? known : [{ kind }];
  });
}

function detailOptions({ rate, concurrency, trace }: ScenarioOverrides): DetailOption[] {
  const numbers = (option: string) => (text: string) => {
    const items = splitList(option, text).map((item) =>
      /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(item) ? Number(item) : item,
    );
    return items.length === 1 ? items[0] : items;
  };
  return [
    { option: '--rate', text: rate, kind: 'server', key: 'rate', parse: numbers('--rate') },
    {
      option: '--concurrency',
      text: concurrency,
      kind: 'closed_loop',
      key: 'concurrency',
      parse: numbers('--concurrency'),
    },
    { option: '--trace', text: trace, kind: 'replay', key: 'trace', parse: (text) => resolve(text) },
  ];
}

/** A map with nothing but its kind as suites write it: the name alone, which says what is missing where it needs more. */
function plain(entry: Draft): unknown {
  return Object.keys(entry).length === 1 ? entry.kind : entry;
}
