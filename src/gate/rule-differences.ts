import { join } from 'node:path';
import { InputError } from '../kernel/errors.ts';
import { shareText } from './figure-text.ts';
import { readGateFile } from './gate-file.ts';
import type { Difference } from './gate-report.ts';
import { type Metric, rowKey } from './metric.ts';
import { type MetricRule, ruledMetrics } from './metric-rules.ts';
import type { Readings } from './reading.ts';
import type { Worktree } from './worktrees.ts';

/** Rows that are named where a change holds for several. */
const mostNamed = 2;

/**
 * What the rules of head make of the rows that those of base would judge otherwise: margins, floors, what gates. However the rules are written, a
 * pull request that loosens its own gate is told by this. The rows are those of the trial of both versions, and judged by head's rules.
 */
export function ruleDifferences(
  base: Readings,
  head: Readings,
  rules: { readonly base: readonly MetricRule[] | null; readonly head: readonly MetricRule[] },
): Difference[] {
  if (rules.base === null) return [];
  let before: readonly Metric[];
  try {
    before = ruledMetrics(base, head, rules.base).metrics;
  } catch (error) {
    // Rules of base's that do not fit head's figures judged nothing of them.
    if (error instanceof InputError) return [];
    throw error;
  }
  const after = ruledMetrics(base, head, rules.head).metrics;
  const ofBase = new Map(before.map((metric) => [rowKey(metric), metric]));
  const ofHead = new Map(after.map((metric) => [rowKey(metric), metric]));
  const changes = new Map<string, Change>();
  for (const key of new Set([...ofBase.keys(), ...ofHead.keys()])) {
    for (const change of changesOf(ofBase.get(key), ofHead.get(key))) {
      const group = JSON.stringify([change.key, change.base, change.head]);
      const known = changes.get(group);
      if (known === undefined) changes.set(group, change);
      else known.rows.push(...change.rows);
    }
  }
  const sorted = [...changes.values()].sort((a, b) => Number(b.isLooser) - Number(a.isLooser));
  return sorted.map(({ key, rows, isLooser, ...values }) => ({
    what: `${key} of ${rowsText(rows)}${isLooser ? ' (loosened)' : ''}`,
    ...values,
  }));
}

/** The rules of a version's own suite, before head's is put in its place; null where it has none that can be read. */
export function rulesOf({ folder }: Pick<Worktree, 'folder'>, suite: string): readonly MetricRule[] | null {
  try {
    return readGateFile(join(folder, suite)).rules;
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

interface Change {
  readonly key: string;
  readonly base: string;
  readonly head: string;
  readonly isLooser: boolean;
  readonly rows: string[];
}

/** `undefined`: the rules leave the row out. */
function changesOf(base: Metric | undefined, head: Metric | undefined): Change[] {
  const named = head ?? base;
  if (named === undefined) return [];
  const rows = () => [`${named.metric} in ${named.scenario}`];
  const [before, after] = [base?.role ?? 'ignored', head?.role ?? 'ignored'];
  const roles: Change[] =
    before === after
      ? []
      : [
          {
            key: 'role',
            base: before,
            head: after,
            isLooser: before === 'gating' || after === 'ignored',
            rows: rows(),
          },
        ];
  if (base === undefined || head === undefined) return roles;
  const larger = (key: 'margin' | 'floor', text: (value: number) => string): Change[] =>
    base[key] === head[key]
      ? []
      : [{ key, base: text(base[key]), head: text(head[key]), isLooser: head[key] > base[key], rows: rows() }];
  const other = (key: 'kind' | 'better'): Change[] =>
    base[key] === head[key] ? [] : [{ key, base: base[key], head: head[key], isLooser: false, rows: rows() }];
  const inUnit = (value: number): string => `${value} ${head.unit}`.trim();
  return [...roles, ...larger('margin', shareText), ...larger('floor', inUnit), ...other('kind'), ...other('better')];
}

function rowsText(rows: readonly string[]): string {
  if (rows.length <= mostNamed) return rows.join(' and ');
  return `${rows.slice(0, mostNamed).join(', ')} and ${rows.length - mostNamed} more`;
}
