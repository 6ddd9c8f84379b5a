/*
 * The thread of one plug-in: loads it, probes its collectors, then samples them when asked. What it does wrong, an endless loop
 * included, happens here and not in the loop that samples everything else.
 */
import { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { DynoError, errorText } from '../kernel/errors.ts';
import { collectorsOf } from './check-collector.ts';
import type { Collector } from './collector.ts';
import type { IsolatedAnswer, IsolatedDescription, IsolatedRequest, IsolatedStart } from './isolated-protocol.ts';

interface Shared {
  readonly collector: Collector;
  /** Values of the last tick that was answered, one a column. */
  values: Float64Array;
  /** Number of that tick. Stored after the values, so that who sees the number sees the values. */
  answered: Int32Array;
}

if (parentPort !== null) await serve(parentPort, (workerData as IsolatedStart).module);

async function serve(port: MessagePort, module: string): Promise<void> {
  const answer = (message: IsolatedAnswer): void => port.postMessage(message);
  let shared: Shared[];
  try {
    shared = (await load(module)).map((collector) => ({
      collector,
      values: new Float64Array(),
      answered: new Int32Array(),
    }));
    answer({ kind: 'loaded', collectors: await Promise.all(shared.map(({ collector }) => describe(collector))) });
  } catch (error) {
    answer({
      kind: 'refused',
      code: error instanceof DynoError ? error.code : 'PLUGIN_FAILED',
      reason: `Plug-in ${module} could not be loaded: ${errorText(error)}`,
    });
    return;
  }

  port.on('message', (request: IsolatedRequest) => {
    const target = shared[request.collector];
    if (target === undefined) return;
    if (request.kind === 'share') {
      target.values = new Float64Array(request.values);
      target.answered = new Int32Array(request.answered);
    } else if (request.kind === 'tick') {
      sample(target, request.tick, (error) =>
        answer({ kind: 'failed', collector: request.collector, tick: request.tick, error }),
      );
    } else {
      const work = async (): Promise<void> => {
        if (request.kind === 'open') await target.collector.open(request.target);
        else await target.collector.close();
      };
      work().then(
        () => answer({ kind: 'done', collector: request.collector, error: null }),
        (error: unknown) => answer({ kind: 'done', collector: request.collector, error: errorText(error) }),
      );
    }
  });
}

function sample({ collector, values, answered }: Shared, tick: number, onError: (error: string) => void): void {
  try {
    collector.sample(values, 0);
  } catch (error) {
    values.fill(Number.NaN);
    onError(errorText(error));
  }
  Atomics.store(answered, 0, tick);
}

async function describe(collector: Collector): Promise<IsolatedDescription> {
  const { name, phase } = collector;
  // Copied field by field: what a plug-in adds to a column need not be fit for a message.
  const columns = collector.columns.map((column) => ({
    name: column.name,
    unit: column.unit,
    description: column.description,
  }));
  return { name, columns, phase, probe: await collector.probe() };
}

async function load(module: string): Promise<readonly Collector[]> {
  // A package is looked up from where the command runs, as `import` would from a file there.
  const path = isAbsolute(module) ? module : createRequire(join(process.cwd(), 'dyno.js')).resolve(module);
  return collectorsOf((await import(pathToFileURL(path).href)) as Record<string, unknown>, module);
}
