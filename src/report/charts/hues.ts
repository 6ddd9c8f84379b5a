import type { Case } from '../../results/run.ts';
import { displayName } from '../display-name.ts';
import type { LegendEntry } from './figure.ts';
import { fusionGroup, fusionLegend, type Panel } from './panels.ts';
import { color, fusionColor, fusionHue } from './theme.ts';

/** What the colours of a chart tell. Marks bear a label as well: no colour is the only one to tell anything. */
export interface Hues {
  /** The name of its colour, one of the domain of `scale`. */
  group(one: Case): string;
  color(one: Case): string;
  readonly scale: { readonly domain: string[]; readonly range: string[] };
  /** The colours that some cases use. */
  legend(cases: readonly Case[]): LegendEntry[];
}

/** In the order in which the plan names the engines; further ones share the last. */
const engineColors = [
  color.fused,
  color.unfused,
  color.inference,
  color.fusedByEngine,
  color.first,
  color.postprocess,
  color.load,
  color.fusedByGraph,
  color.preprocess,
  color.other,
];

/** The engine, where a run compares engines and nothing but them; else who fuses, as in every report. The same in all charts of a run. */
export function huesOf({ of }: Pick<Panel, 'of'>): Hues {
  const measured = of.run.cases.filter(({ status }) => status === 'ok');
  const engines = [...new Set(measured.map(({ axes }) => axes.backend))];
  const isAboutEngines = engines.length > 1 && new Set(measured.map(fusionGroup)).size === 1;
  return isAboutEngines ? engineHues(engines) : fusionHues;
}

const fusionHues: Hues = {
  group: fusionGroup,
  color: (one) => fusionHue[fusionGroup(one)],
  scale: fusionColor,
  legend: fusionLegend,
};

function engineHues(engines: readonly string[]): Hues {
  const last = engineColors.length - 1;
  const place = ({ axes }: Case) => Math.min(last, Math.max(0, engines.indexOf(axes.backend)));
  const colorAt = (index: number) => engineColors[index] ?? color.other;
  const places = [...new Set(engines.map((_, index) => Math.min(last, index)))];
  const nameAt = (index: number) =>
    index === last && engines.length > engineColors.length ? 'other engines' : displayName(engines[index] ?? '', 40);
  return {
    group: (one) => `engine ${place(one)}`,
    color: (one) => colorAt(place(one)),
    scale: { domain: places.map((index) => `engine ${index}`), range: places.map(colorAt) },
    legend: (cases) =>
      places
        .filter((index) => cases.some((one) => place(one) === index))
        .map((index) => ({ label: nameAt(index), color: colorAt(index), shape: 'square', dash: '' })),
  };
}
