import type { HardwareProfile } from '../hardware/profile.ts';
import type { PublishedFigure } from '../hardware/published.ts';
import { type Scenario, scenarios } from './cell.ts';
import { type Evidence, type Rejected, sortEvidence } from './evidence.ts';
import {
  type LeaveOutSummary,
  type LeftOut,
  type LeftOutTogether,
  leaveOut,
  leaveOutEvidence,
  leftOutTogether,
  summarise,
} from './leave-out.ts';

/** Projections of some of the published figures, left out in one way. */
export interface ValidationRow {
  readonly leftOut: LeftOutTogether;
  /** `mlperf`, all `frameworks` together, or the stack of one's own measurements. */
  readonly stacks: string;
  readonly scenario: Scenario;
  /** Null: all models together. */
  readonly model: string | null;
  readonly summary: LeaveOutSummary;
}

export interface Validation {
  readonly rows: readonly ValidationRow[];
  /** Figures that nothing can rest on, by the reason. */
  readonly rejected: Readonly<Partial<Record<Rejected['code'], number>>>;
}

/** Leaves out devices, architectures and generations in turn, and sums up how far off projections were, by scenario and by model. */
export function validate(profiles: readonly HardwareProfile[], figures: readonly PublishedFigure[]): Validation {
  const rows = leftOutTogether.flatMap((together) => {
    const all = leaveOut(profiles, figures, together);
    return (['mlperf', 'frameworks'] as const).flatMap((stacks) =>
      scenarios.flatMap((scenario) => {
        const some = all.filter(
          ({ evidence }) => (evidence.stack === 'mlperf') === (stacks === 'mlperf') && evidence.scenario === scenario,
        );
        return some.length === 0 ? [] : rowsOf({ leftOut: together, stacks, scenario }, some);
      }),
    );
  });
  const rejected: Partial<Record<Rejected['code'], number>> = {};
  for (const { code } of sortEvidence(figures, profiles).rejected) rejected[code] = (rejected[code] ?? 0) + 1;
  return { rows, rejected };
}

/**
 * The same of one's own measurements, stack by stack: each row projected without those that are left out with it. Published figures of the very
 * same stack stand beside them; others say nothing of them.
 */
export function validateOwn(
  profiles: readonly HardwareProfile[],
  own: readonly Evidence[],
  published: readonly Evidence[],
): readonly ValidationRow[] {
  const stacks = [...new Set(own.map(({ stack }) => stack))].sort();
  const evidence = [...own, ...published].filter(({ stack }) => stacks.includes(stack));
  return leftOutTogether.flatMap((together) => {
    const all = leaveOutEvidence(profiles, evidence, together);
    return stacks.flatMap((stack) =>
      scenarios.flatMap((scenario) => {
        const some = all.filter((row) => row.evidence.stack === stack && row.evidence.scenario === scenario);
        return some.length === 0 ? [] : rowsOf({ leftOut: together, stacks: stack, scenario }, some);
      }),
    );
  });
}

function rowsOf(what: Omit<ValidationRow, 'model' | 'summary'>, all: readonly LeftOut[]): ValidationRow[] {
  const models = [...new Set(all.map(({ evidence }) => evidence.model.id))].sort();
  return [
    { ...what, model: null, summary: summarise(all) },
    ...models.map((model) => ({
      ...what,
      model,
      summary: summarise(all.filter(({ evidence }) => evidence.model.id === model)),
    })),
  ];
}

/** The table as Markdown: all models of each scenario, then Offline by model with single devices and with architectures left out. */
export function validationMarkdown({ rows }: Validation): string {
  const heads = ['left out', 'figures of', 'scenario', 'model', ...summaryHeads];
  const shown = [
    ...rows.filter(({ model }) => model === null),
    ...rows.filter(
      ({ model, stacks, scenario, leftOut }) =>
        model !== null && stacks === 'mlperf' && scenario === 'Offline' && leftOut !== 'generation',
    ),
  ];
  const lines = shown.map(({ leftOut, stacks, scenario, model, summary }) => [
    leftOut,
    stacks,
    scenario,
    model ?? 'all',
    ...summaryCells(summary),
  ]);
  return [heads, heads.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

export const summaryHeads = [
  'figures',
  'refused',
  'median error',
  'plain roofline',
  'within 90 %',
  'interval',
] as const;

/** What a summary says, cell by cell under `summaryHeads`. */
export function summaryCells(summary: LeaveOutSummary): readonly string[] {
  const percent = (share: number | null) => (share === null ? '–' : `${(share * 100).toFixed(1)} %`);
  return [
    String(summary.figures),
    percent(summary.refusedShare),
    percent(summary.medianError),
    percent(summary.plainMedianError),
    percent(summary.coverage),
    summary.medianFactor === null ? '–' : `×/÷ ${summary.medianFactor.toFixed(2)}`,
  ];
}
