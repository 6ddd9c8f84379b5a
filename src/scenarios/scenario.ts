import type { ScenarioSettings } from '../suite/plan.ts';
import { closedLoopOfOne } from './closed-loop.ts';
import { micro } from './micro.ts';
import { multiStream } from './multi-stream.ts';
import { offline } from './offline.ts';
import { singleStream } from './single-stream.ts';
import type { Load, WindowOutcome } from './window.ts';

/** Scenarios whose load the thread that serves it generates as well. */
const scenarios: Readonly<Partial<Record<ScenarioSettings['kind'], (load: Load) => Promise<WindowOutcome>>>> = {
  single_stream: singleStream,
  multi_stream: multiStream,
  offline,
  micro,
  closed_loop: closedLoopOfOne,
};

/** Drives the load of one window as the scenario says, in this thread: for scenarios that need no generator's. */
export function runScenario(settings: ScenarioSettings, load: Load): Promise<WindowOutcome> {
  const scenario = scenarios[settings.kind];
  if (scenario === undefined) throw new Error(`The scenario ${settings.kind} needs the generator's thread.`);
  return scenario(load);
}
