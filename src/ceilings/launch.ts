import { GraphBuilder } from '../graph/builder.ts';
import { errorText } from '../kernel/errors.ts';
import { type Ceiling, type CeilingTiming, noFigures, timeOf } from './ceiling.ts';
import { type EngineSettings, timeModel } from './engine-call.ts';

/** Seconds of a call of the engine with one Relu on one number: no query takes less. */
export async function launchCeiling(settings: EngineSettings, timing: CeilingTiming): Promise<Ceiling> {
  const base = { name: 'launch', unit: 's', precision: null, computedIn: null, threads: settings.threads } as const;
  const graph = new GraphBuilder('one-node');
  graph.output(graph.node('Relu', [graph.input('x', 'float32', [1])], { outputs: ['y'] }), 'float32', [1]);
  try {
    const { seconds } = await timeModel(graph.model(), settings, timing);
    return { ...base, ...timeOf(seconds), size: 'one Relu on one number', reason: null };
  } catch (error) {
    return { ...base, ...noFigures, size: null, reason: errorText(error) };
  }
}
