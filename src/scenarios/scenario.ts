import type { ScenarioSettings } from '../suite/plan.ts';
import { micro } from './micro.ts';
import { offline } from './offline.ts';
import { singleStream } from './single-stream.ts';
import type { Load, WindowOutcome } from './window.ts';

const scenarios: Readonly<Partial<Record<ScenarioSettings['kind'], (load: Load) => Promise<WindowOutcome>>>> = {
  single_stream: singleStream,
  offline,
  micro,
};

/** Drives the load of one window as the scenario says. */
export function runScenario(settings: ScenarioSettings, load: Load): Promise<WindowOutcome> {
  const scenario = scenarios[settings.kind];
  if (scenario === undefined) throw new Error(`Nothing drives the scenario ${settings.kind}.`);
  return scenario(load);
}
