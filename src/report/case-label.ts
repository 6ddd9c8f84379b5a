import { hasUsualHygiene, hasUsualLayout, togglesOf } from '../analysis/toggles.ts';
import type { Case } from '../results/run.ts';
import { displayName } from './display-name.ts';
import { arrivalText, loadText } from './scenario-text.ts';

/** What tells the cases of a result apart, in the order in which labels say it. */
const parts = {
  model: (one: Case) => displayName(one.model?.name ?? one.workload, 24),
  backend: (one: Case) => displayName(one.axes.backend, 28),
  stack: (one: Case) => displayName(one.stack, 28),
  profile: (one: Case) => displayName(one.profile, 16),
  scenario: (one: Case) => displayName(one.scenario.kind, 16).replaceAll('_', ' '),
  arrivals: (one: Case) => arrivalText(one.scenario),
  load: (one: Case) => loadText(one.scenario),
  scope: (one: Case) => `${one.scope} only`,
  batchSize: (one: Case) => `batch ${one.axes.batchSize}`,
  precision: (one: Case) => displayName(one.axes.precision, 14),
  fusion: (one: Case) => fusionText(one.axes.fusion),
  // What follows from the other axes is not said again.
  hygiene: (one: Case) => (hasUsualHygiene(one) ? '' : togglesOf(one).hygiene === 'on' ? 'cleaned' : 'not cleaned'),
  layout: (one: Case) => (hasUsualLayout(one) ? '' : displayName(`${togglesOf(one).layout} layout`, 20)),
  threads: (one: Case) => `${one.axes.threads} ${one.axes.threads === 1 ? 'thread' : 'threads'}`,
  spinning: (one: Case) => (one.axes.spinning === 'on' ? 'spinning' : 'not spinning'),
} as const;

export type LabelPart = keyof typeof parts;
const allParts = Object.keys(parts) as LabelPart[];

/** The parts in which the cases differ from each other. Model and stack only where nothing else says it. */
export function varyingParts(cases: readonly Case[]): LabelPart[] {
  return allParts.filter((part) => {
    if (
      part === 'stack' &&
      new Set(cases.map((one) => one.axes.backend)).size === new Set(cases.map((one) => one.stack)).size
    )
      return false;
    if (part === 'model' && new Set(cases.map((one) => one.workload)).size > 1) return false;
    return new Set(cases.map((one) => parts[part](one))).size > 1;
  });
}

/** Characters of a label that fit beside a chart. */
const longest = 24;

/**
 * Labels of cases that stand in one chart, each unique: only what differs between them is said, `batch 8 · unfused`, in short
 * form, `b8 · unfused · 2t`, where more than two parts differ or a label would be cut off beside a chart.
 */
export function caseLabels(cases: readonly Case[]): Map<string, string> {
  const varying = varyingParts(cases);
  const said: LabelPart[] = varying.length > 0 ? varying : ['batchSize'];
  const labels = new Map<string, string>();
  const taken = new Map<string, number>();
  const whole = (one: Case) =>
    said
      .map((part) => parts[part](one))
      .filter((text) => text !== '')
      .join(' · ');
  const isShort = said.length > 2 || (said.includes('backend') && cases.some((one) => whole(one).length > longest));
  for (const one of cases) {
    const label = isShort ? shorten(whole(one)) : whole(one);
    const seen = (taken.get(label) ?? 0) + 1;
    taken.set(label, seen);
    labels.set(one.key, seen === 1 ? label : `${label} (${seen})`);
  }
  return labels;
}

/** One part of a case's label. */
export function partText(one: Case, part: LabelPart): string {
  return parts[part](one);
}

function fusionText(fusion: string): string {
  switch (fusion) {
    case 'on':
      return 'fused';
    case 'off':
      return 'unfused';
    case 'graph':
      return 'Dyno-fused';
    case 'engine':
      return 'engine-fused';
    default:
      return displayName(fusion, 12);
  }
}

function shorten(label: string): string {
  return label
    .replace(/\bbatch (\d+)/, 'b$1')
    .replace(/\b(\d+) threads?\b/, '$1t')
    .replace(/ · (plain|engine) layout\b/, ' · $1')
    .replace('not spinning', 'no spin')
    .replace('spinning', 'spin');
}
