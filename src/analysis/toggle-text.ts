import type { Case, Run } from '../results/run.ts';
import { formatNumber, formatRatio } from '../units/format.ts';
import { metricName } from '../units/metric-name.ts';
import { scenarioText } from './scenario-text.ts';
import { type SpeedEffect, speedEffect } from './speed-effect.ts';
import { type ToggleCell, type ToggleEffects, toggleEffects } from './toggle-effects.ts';
import type { Interaction, ToggleChange } from './toggle-interactions.ts';
import { hasUsualHygiene, hasUsualLayout, togglesOf } from './toggles.ts';

/** Up to so many groups of cases have a sentence of their own. */
const sentencesAtMost = 12;

/**
 * One sentence for each group of cases in which precision or fusion varies: `resnet50, batch 8: int8 is 3.5 × as fast as fp32 (95 %: 3.4 to
 * 3.6) at 0.25 × its size; fusion on is 1.4 × as fast as off (95 %: 1.38 to 1.42).` Where there are too many of them, one that says how many.
 */
export function toggleSentences(run: Pick<Run, 'cases' | 'policy'>): string[] {
  const sentences = toggleEffects(run).flatMap((effects) => {
    const facts = [...precisionFacts(effects), ...fusionFacts(effects, run)];
    return facts.length === 0 ? [] : [`${groupName(effects.reference, run.cases)}: ${facts.join('; ')}.`];
  });
  if (sentences.length <= sentencesAtMost) return sentences;
  return [`Precision or fusion varies in ${sentences.length} groups of cases: the report has what it does in each.`];
}

/** What the cases of a group have in common: workload and batch size, and of the rest what differs within the run. */
export function groupName(one: Case, all: readonly Case[]): string {
  const differs = (part: (of: Case) => string | number) => all.some((other) => part(other) !== part(one));
  const alike = all.filter(({ workload }) => workload === one.workload);
  const { batchSize, threads, backend, spinning } = one.axes;
  return [
    one.workload,
    `batch ${batchSize}`,
    ...(alike.some(({ scenario }) => scenarioText(scenario) !== scenarioText(one.scenario))
      ? [scenarioText(one.scenario)]
      : []),
    ...(alike.some(({ scope }) => scope !== one.scope) ? [`scope ${one.scope}`] : []),
    ...(differs(({ axes }) => axes.backend) ? [backend] : []),
    ...(differs(({ axes }) => axes.threads) ? [`${threads} ${threads === 1 ? 'thread' : 'threads'}`] : []),
    ...(differs(({ axes }) => axes.spinning) ? [`spinning ${spinning}`] : []),
    ...(differs(({ profile }) => profile) ? [one.profile] : []),
  ].join(', ');
}

/** The interval of an effect, or why there is none, in brackets: ` (95 %: 3.4 to 3.6)`, ` (one round)`. */
export function intervalText({ low, high, reason }: SpeedEffect): string {
  if (low !== null && high !== null) return ` (95 %: ${formatNumber(low)} to ${formatNumber(high)})`;
  return reason?.code === 'ONE_ROUND' ? ' (one round)' : ' (too few rounds)';
}

/** Whether more than chance tells the effect from none. */
export function leavesOneOut({ low, high }: SpeedEffect): boolean {
  return (low !== null && low > 1) || (high !== null && high < 1);
}

/** What an interaction comes to, in a sentence; null where it has no value. */
export function interactionText({ first, second, effect }: Interaction): string | null {
  if (effect.value === null) return null;
  const [name, set, unset] = [nameOfChange(first), stateText(second, second.to), stateText(second, second.from)];
  const size = formatRatio(effect.value);
  const interval = intervalText(effect);
  if (effect.low === null) return `${name} gains ${size} as much with ${set} as with ${unset}${interval}: not tested.`;
  if (!leavesOneOut(effect))
    return `${name} gains about as much with ${set} as with ${unset}: ${size}${interval}, not told from none.`;
  const more = effect.value > 1 ? 'more' : 'less';
  return `${name} gains ${more} with ${set} than with ${unset}: ${size}${interval}.`;
}

/** What is compared in an interaction: `int8 × fusion on`. */
export function interactionName({ first, second }: Pick<Interaction, 'first' | 'second'>): string {
  return `${nameOfChange(first)} × ${nameOfChange(second)}`;
}

function nameOfChange({ toggle, to }: ToggleChange): string {
  if (toggle === 'precision') return to;
  return toggle === 'layout' ? `layout ${to}` : `${toggle} ${to}`;
}

function stateText({ toggle }: ToggleChange, value: string): string {
  return toggle === 'precision' ? value : `${toggle} ${value}`;
}

/** Each further precision at the fusion and layout of the reference. */
function precisionFacts({ cells, reference }: ToggleEffects): string[] {
  const at = togglesOf(reference);
  const name = at.precision;
  return cells
    .filter(({ one }) => {
      const { precision, fusion, layout } = togglesOf(one);
      return precision !== name && fusion === at.fusion && layout === at.layout && hasUsualHygiene(one);
    })
    .flatMap(({ one, speed, size, accuracy }) => {
      if (speed.value === null) return [];
      const much = `${one.axes.precision} is ${formatRatio(speed.value)} as fast as ${name}${intervalText(speed)}`;
      const small = size.against === null ? '' : ` at ${formatRatio(size.against)} its size`;
      return [`${much}${small}${pointsOf(one, accuracy)}`];
    });
}

/** Fusion at the precision of the reference, against none. */
function fusionFacts({ cells, reference }: ToggleEffects, run: Pick<Run, 'policy'>): string[] {
  const usual = cells
    .map(({ one }) => one)
    .filter((one) => one.axes.precision === reference.axes.precision && hasUsualHygiene(one) && hasUsualLayout(one));
  const off = usual.find(({ axes }) => axes.fusion === 'off');
  if (off === undefined) return [];
  return usual.flatMap((one) => {
    if (one === off) return [];
    const effect = speedEffect(
      [
        { one: off, weight: 1 },
        { one, weight: -1 },
      ],
      run,
    );
    if (effect.value === null) return [];
    return [`fusion ${one.axes.fusion} is ${formatRatio(effect.value)} as fast as off${intervalText(effect)}`];
  });
}

function pointsOf(one: Case, { against }: ToggleCell['accuracy']): string {
  if (against === null || one.accuracy === null) return '';
  return `, ${pointsText(against)} ${metricName(one.accuracy.metric)}`;
}

/** A difference of two shares in points of a hundred, with its sign: `−0.25 points`, `±0 points`. */
export function pointsText(difference: number): string {
  const points = Number((difference * 100).toFixed(2));
  if (points === 0) return '±0 points';
  return `${points < 0 ? '−' : '+'}${Math.abs(points)} points`;
}
