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
 * as it is there, but for what an option says of it.
 * Throws `OVERRIDE_INVALID` for an option without a scenario that it is for.
 */
export function scenarioAssignments(suite: SuiteFile, overrides: ScenarioOverrides): Assignment[] {
  const { scenario, scope } = overrides;
  const details = detailOptions(overrides).filter(({ text }) => text !== undefined);
  if (scenario === undefined && scope === undefined && details.length === 0) return [];
  const written: readonly Draft[] = writtenScenarios(suite);
  const chosen =
    scenario === undefined
      ? written
      : splitList('--scenario', scenario).flatMap((kind): readonly Draft[] => {
          const known = written.filter((entry) => entry.kind === kind);
          return known.length > 0 ? known : [{ kind }];
        });
  for (const { option, text, kind } of details) {
    if (chosen.some((entry) => entry.kind === kind)) continue;
    const came = [...new Set(chosen.map((entry) => entry.kind))].join(', ');
    throw new InputError(
      'OVERRIDE_INVALID',
      `${option} ${text}: expected a scenario of the kind ${kind} beside it, got ${came}. Add --scenario ${kind}.`,
    );
  }
  const value = chosen.map((entry) => {
    const said = details
      .filter(({ kind }) => kind === entry.kind)
      .map(({ key, text = '', parse }) => [key, parse(text)]);
    return { ...entry, ...(scope === undefined ? {} : { scope }), ...Object.fromEntries(said) };
  });
  const options = [
    ...(scenario === undefined ? [] : [`--scenario ${scenario}`]),
    ...(scope === undefined ? [] : [`--scope ${scope}`]),
    ...details.map(({ option, text }) => `${option} ${text}`),
  ];
  return [{ option: options.join(' '), path: ['scenarios'], value: value.map(plain) }];
}

function detailOptions({ rate, concurrency, trace }: ScenarioOverrides): DetailOption[] {
  const numbers = (option: string) => (text: string) => {
    const items = splitList(option, text).map((item) => (/^-?\d+(\.\d+)?$/.test(item) ? Number(item) : item));
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
