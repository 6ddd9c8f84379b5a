import { togglesOf } from '../../analysis/toggles.ts';
import type { Case } from '../../results/run.ts';
import { caseLabels, type LabelPart, partText, varyingParts } from '../case-label.ts';
import { displayName } from '../display-name.ts';
import type { ReportInput, ReportRun } from '../input.ts';
import { loadOf } from '../scenario-text.ts';
import { markedLabel } from '../standing.ts';
import { type FusionGroup, fusionGroups, fusionHue } from './theme.ts';

/** The cases that are drawn in one chart: those of one run, one workload and one scenario, or a part of them. */
export interface Panel {
  readonly title: string;
  readonly of: ReportRun;
  /** `A`, `B` …; empty when the report has one run. */
  readonly runName: string;
  readonly cases: readonly Case[];
  /** Labels by key, unique within the panel; what is degraded or invalid bears its mark. */
  readonly labels: ReadonlyMap<string, string>;
  /** Measured cases of the same workload and scenario in all runs and panels: their axes are the same, so that panels compare. */
  readonly peers: readonly Case[];
  /** `measured`, with the run's name where there are several. */
  readonly provenance: string;
}

/** Panels of a report, and how many were left out for the sake of its size. */
export interface Panels {
  readonly panels: readonly Panel[];
  readonly leftOut: number;
}

/** Parts that a crowded panel may be split by, in this order of preference where equally many panels result. */
const splitters: readonly LabelPart[] = [
  'backend',
  'model',
  'stack',
  'profile',
  'arrivals',
  'spinning',
  'precision',
  'threads',
  'batchSize',
  'hygiene',
  'layout',
  'load',
];

/**
 * The measured cases of all runs as panels of at most `maxCases`: a crowded one is split by the axis with the fewest values,
 * small multiples instead of a crowd. Runs stand side by side: panel by panel in the order of the first run's cases.
 */
export function panelsOf(input: ReportInput, maxCases: number, maxPanels: number): Panels {
  const groups = new Map<string, { run: number; cases: Case[] }[]>();
  input.runs.forEach(({ run }, index) => {
    for (const one of run.cases) {
      if (one.status !== 'ok') continue;
      const name = JSON.stringify([one.workload, one.scenario.kind, one.scope]);
      const group = groups.get(name) ?? [];
      groups.set(name, group);
      const mine = group.find(({ run: owner }) => owner === index);
      if (mine === undefined) group.push({ run: index, cases: [one] });
      else mine.cases.push(one);
    }
  });

  const several = input.runs.length > 1;
  const everyCase = input.runs.flatMap(({ run }) => run.cases);
  const panels: Panel[] = [];
  for (const group of groups.values()) {
    const peers = group.flatMap(({ cases }) => cases);
    const split = group.flatMap(({ run, cases }) =>
      splitCases(sorted(cases), maxCases).map((part) => ({ run, ...part })),
    );
    // Runs take turns, so that what is compared stands side by side.
    const order = [...new Set(split.map(({ suffix }) => suffix))];
    split.sort((a, b) => order.indexOf(a.suffix) - order.indexOf(b.suffix) || a.run - b.run);
    for (const { run, suffix, cases } of split) {
      const of = input.runs[run];
      const first = cases[0];
      if (of === undefined || first === undefined) continue;
      const runName = several ? runLetter(run) : '';
      panels.push({
        title: [titleOf(first, everyCase), suffix, several ? `run ${runName}` : '']
          .filter((text) => text !== '')
          .join(' · '),
        of,
        runName,
        cases,
        labels: markedLabels(cases),
        peers,
        provenance: several ? `${provenanceOf(cases)}, run ${runName}` : provenanceOf(cases),
      });
    }
  }
  return { panels: panels.slice(0, maxPanels), leftOut: Math.max(0, panels.length - maxPanels) };
}

/** `A` for the first run, `B` for the second, … `Z`, then `27`. */
export function runLetter(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : String(index + 1);
}

/** Where the figures of some cases are from: `measured`, or `measured and projected`. */
export function provenanceOf(cases: readonly Case[]): string {
  return [...new Set(cases.map(({ provenance }) => provenance))].join(' and ');
}

/** How the fusion of a case is coloured. */
export function fusionGroup({ axes }: Case): FusionGroup {
  return fusionGroups.find((group) => group === axes.fusion) ?? 'other';
}

const fusionNames: Readonly<Record<FusionGroup, string>> = {
  on: 'fused',
  engine: 'fused by the engine alone',
  graph: 'fused by Dyno alone',
  off: 'unfused',
  other: 'other fusion',
};

/** Legend of the colours that a panel uses. */
export function fusionLegend(
  cases: readonly Case[],
): { label: string; color: string; shape: 'square'; dash: string }[] {
  return fusionGroups
    .filter((group) => cases.some((one) => fusionGroup(one) === group))
    .map((group) => ({ label: fusionNames[group], color: fusionHue[group], shape: 'square', dash: '' }));
}

function markedLabels(cases: readonly Case[]): Map<string, string> {
  const labels = caseLabels(cases);
  return new Map(cases.map((one) => [one.key, markedLabel(one, labels.get(one.key) ?? '')]));
}

function titleOf(one: Case, everyCase: readonly Case[]): string {
  const varying = (part: (one: Case) => string) => new Set(everyCase.map(part)).size > 1;
  const words = [displayName(one.workload, 40)];
  if (varying(({ scenario }) => scenario.kind)) words.push(displayName(one.scenario.kind, 24).replaceAll('_', ' '));
  if (varying(({ scope }) => scope)) words.push(`${one.scope} only`);
  return words.join(' · ');
}

function splitCases(
  cases: readonly Case[],
  maxCases: number,
  suffix = '',
): { suffix: string; cases: readonly Case[] }[] {
  if (cases.length <= maxCases) return [{ suffix, cases }];
  const varying = varyingParts(cases);
  const counted = splitters
    .filter((part) => varying.includes(part))
    .map((part) => ({ part, values: [...new Set(cases.map((one) => partText(one, part)))] }))
    .sort((a, b) => a.values.length - b.values.length);
  const best = counted[0];
  if (best === undefined) {
    // Nothing tells them apart that a panel could be split by: take them in portions.
    return Array.from({ length: Math.ceil(cases.length / maxCases) }, (_, index) => ({
      suffix: [suffix, `part ${index + 1}`].filter((text) => text !== '').join(' · '),
      cases: cases.slice(index * maxCases, (index + 1) * maxCases),
    }));
  }
  return best.values.flatMap((value) =>
    splitCases(
      cases.filter((one) => partText(one, best.part) === value),
      maxCases,
      [suffix, value].filter((text) => text !== '').join(' · '),
    ),
  );
}

function sorted(cases: readonly Case[]): Case[] {
  return [...cases].sort(
    (a, b) =>
      compareText(a.axes.backend, b.axes.backend) ||
      compareText(a.axes.precision, b.axes.precision) ||
      a.axes.threads - b.axes.threads ||
      a.axes.batchSize - b.axes.batchSize ||
      (loadOf(a)?.value ?? 0) - (loadOf(b)?.value ?? 0) ||
      fusionGroups.indexOf(fusionGroup(a)) - fusionGroups.indexOf(fusionGroup(b)) ||
      compareText(togglesOf(a).layout, togglesOf(b).layout) ||
      compareText(togglesOf(b).hygiene, togglesOf(a).hygiene),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
