import { scenarioText } from '../analysis/scenario-text.ts';
import { nearest } from '../kernel/nearest.ts';
import type { Case, Run } from '../results/run.ts';
import type { NoThroughput } from './settled-throughput.ts';

/** What cases have to have in common for their figures to be points of one front. */
const common: readonly (readonly [string, (one: Case) => string])[] = [
  ['workload', ({ workload }) => workload],
  ['scenario', ({ scenario }) => (typeof scenario.rate === 'number' ? scenarioText(scenario) : scenario.kind)],
  ['scope', ({ scope }) => scope],
  ['stack', ({ stack }) => stack],
  ['profile', ({ profile }) => profile],
  ['precision', ({ axes }) => axes.precision],
];

/**
 * The measured cases of a run that a pattern and a precision mean. Refused where none fits, and where those that do cannot be compared: they
 * then differ in more than settings such as the batch size.
 */
export function fittingCases(
  asked: { readonly case: string | null; readonly precision: string | null },
  run: Run,
): readonly Case[] | NoThroughput {
  const measured = run.cases.filter(({ provenance }) => provenance === 'measured');
  const named = asked.case === null ? measured : measured.filter((one) => isMeant(one, asked.case ?? ''));
  if (named.length === 0) {
    const ids = measured.map(({ id }) => id);
    const near = asked.case === null ? null : nearest(asked.case, ids);
    const help = near === null ? `; it has ${ids.slice(0, 8).join(', ') || 'none'}` : `. Did you mean "${near}"?`;
    return { refused: `expected a case of run ${run.runId}, got "${asked.case ?? 'none'}"${help}` };
  }
  const fitting = asked.precision === null ? named : named.filter(({ axes }) => axes.precision === asked.precision);
  if (fitting.length === 0) {
    const known = [...new Set(named.map(({ axes }) => axes.precision))].join(', ');
    return { refused: `expected cases of run ${run.runId} in ${asked.precision}, got only ${known}` };
  }
  for (const [what, of] of common) {
    const values = [...new Set(fitting.map(of))];
    if (values.length > 1) {
      const help =
        what === 'precision' ? 'state the precision of the option, or a case' : 'state a case, such as "resnet50/*"';
      return { refused: `expected cases of one ${what}, got ${values.join(', ')} of run ${run.runId}: ${help}` };
    }
  }
  return fitting;
}

function isMeant({ id, key }: Case, pattern: string): boolean {
  if (id === pattern || key === pattern) return true;
  if (!pattern.includes('*')) return false;
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(id);
}
