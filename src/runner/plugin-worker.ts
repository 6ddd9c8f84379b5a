/*
 * The thread of one plug-in: loads it, probes its collectors, then samples them when asked. What it does wrong, an endless loop
 * included, happens here and not in the loop that samples everything else.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { checkCollector } from '../collectors/check-collector.ts';
import type { Collector } from '../collectors/collector.ts';
import { DynoError, errorText } from '../kernel/errors.ts';
import type { PluginAnswer, PluginRequest, PluginStart, RemoteCollector } from './plugin-thread-protocol.ts';
import { noPlugins, registerModule } from './plugins.ts';

interface Served {
  readonly collector: Collector;
  /** Values of the last tick that was answered, one a column. */
  values: Float64Array;
  /** Number of that tick. Stored after the values, so that who sees the number sees the values. */
  answered: Int32Array;
}

if (parentPort !== null) await serve(parentPort, (workerData as PluginStart).module);

async function serve(port: MessagePort, module: string): Promise<void> {
  const answer = (message: PluginAnswer): void => port.postMessage(message);
  let served: readonly Served[];
  try {
    const collectors = await load(module);
    served = collectors.map((collector) => ({ collector, values: new Float64Array(), answered: new Int32Array() }));
    answer({ kind: 'loaded', collectors: await Promise.all(collectors.map(describe)) });
  } catch (error) {
    const code = error instanceof DynoError ? error.code : 'COLLECTOR_FAILED';
    answer({ kind: 'refused', code, reason: errorText(error) });
    return;
  }
  port.on('message', (request: PluginRequest) => {
    const target = served[request.collector];
    if (target !== undefined) carryOut(target, request, answer);
  });
}

function carryOut(target: Served, request: PluginRequest, answer: (message: PluginAnswer) => void): void {
  const { collector } = request;
  if (request.kind === 'share') {
    target.values = new Float64Array(request.values);
    target.answered = new Int32Array(request.answered);
    return;
  }
  if (request.kind === 'tick') {
    try {
      target.collector.sample(target.values, 0);
    } catch (error) {
      target.values.fill(Number.NaN);
      answer({ kind: 'failed', collector, error: errorText(error) });
    }
    Atomics.store(target.answered, 0, request.tick);
    return;
  }
  const work = async (): Promise<void> => {
    if (request.kind === 'open') await target.collector.open(request.target);
    else await target.collector.close();
  };
  work().then(
    () => answer({ kind: 'done', collector, error: null }),
    (error: unknown) => answer({ kind: 'done', collector, error: errorText(error) }),
  );
}

async function load(module: string): Promise<readonly Collector[]> {
  const plugins = noPlugins();
  await registerModule(module, plugins);
  const collectors = plugins.collectors.all();
  for (const collector of collectors) checkCollector(collector, module);
  return collectors;
}

async function describe(collector: Collector): Promise<RemoteCollector> {
  const { name, phase } = collector;
  // Copied field by field: what else a plug-in has in there need not be fit for a message.
  const columns = collector.columns.map((column) => ({
    name: column.name,
    unit: column.unit,
    description: column.description,
  }));
  return { name, columns, phase, probe: await collector.probe() };
}
