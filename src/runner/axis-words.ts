import type { EffectiveField } from '../engine/effective.ts';
import type { VariantRecord } from '../results/events.ts';
import { engineFuses, graphIsFused } from '../suite/axes.ts';
import type { Axes } from '../suite/plan.ts';

type Fields = Readonly<Record<string, EffectiveField>>;

/** What the toggles did to a case before and beside its engine. */
export interface ToggledGraph {
  readonly axes: Pick<Axes, 'fusion'>;
  /** Whether the backend runs the graph of an ONNX file at all. */
  readonly usesGraph: boolean;
  /** How the loaded file was made; null: it is the workload's own. */
  readonly variant: VariantRecord | null;
  /** Whether the passes were tried on the graph and joined nothing; false also where nobody tried. */
  readonly passesFindNothing: boolean;
}

/** The pass that `hygiene: on` means. */
const hygienePass = 'hygiene';

/**
 * What took effect in the words of the axes, from what the engine says of its own part: its `fusion` is only `on` or `off` there. Fusion is
 * the passes' part (`variant.fused`) and the engine's together; a part that has nothing to join agrees with whatever was asked for, and where
 * neither has anything, the values cannot be told apart (null). A backend that runs no graph has no fusion, layout and hygiene at all.
 */
export function inWordsOfAxes(engine: Fields, graph: ToggledGraph): Fields {
  if (!graph.usesGraph) return { ...engine, fusion: none, layout: none, hygiene: none };
  const { fusion } = engine;
  return {
    ...engine,
    ...(fusion === undefined ? {} : { fusion: { value: fusionInWords(fusion, graph), evidence: fusion.evidence } }),
    hygiene: { value: isCleaned(graph) ? 'on' : 'off', evidence: 'variant' },
  };
}

/** Whether neither the engine, by what it says of its fusion, nor the passes have anything to join. */
export function hasNothingToFuse(
  engineHasNothing: boolean,
  { axes, variant, passesFindNothing }: ToggledGraph,
): boolean {
  const passesHaveNothing = graphIsFused(axes.fusion) ? variant !== null && variant.fused === 0 : passesFindNothing;
  return engineHasNothing && passesHaveNothing;
}

const none: EffectiveField = { value: null, evidence: 'session metadata' };

function isCleaned({ variant }: ToggledGraph): boolean {
  return variant !== null && hygienePass in variant.passes;
}

function fusionInWords({ value, evidence }: EffectiveField, graph: ToggledGraph): EffectiveField['value'] {
  const asked = graph.axes.fusion;
  if (value !== 'on' && value !== 'off' && value !== null) return value; // the models of a chain differ
  if (value === null && evidence === 'unverified') return null;
  if (hasNothingToFuse(value === null, graph)) return null;
  const byEngine = value === null ? engineFuses(asked) : value === 'on';
  return wordOf(byEngine, graphIsFused(asked) && graph.variant !== null);
}

function wordOf(byEngine: boolean, byPasses: boolean): Axes['fusion'] {
  if (byEngine) return byPasses ? 'on' : 'engine';
  return byPasses ? 'graph' : 'off';
}
