/*
 * The thread of one plug-in: loads it, probes its collectors, then samples them when asked. What it does wrong, an endless loop
 * included, happens here and not in the loop that samples everything else.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { checkCollector, checkProbe } from '../collectors/check-collector.ts';
import type { Collector, CollectorProbe, Column, Device } from '../collectors/collector.ts';
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
    answer({ kind: 'loaded', collectors: await Promise.all(collectors.map((one) => describe(one, module))) });
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
  if (request.kind === 'pause' || request.kind === 'resume') {
    try {
      target.collector[request.kind]?.();
    } catch (error) {
      answer({ kind: 'failed', collector, error: errorText(error) });
    }
    return;
  }
  const work = async (): Promise<void> => {
    if (request.kind === 'open') await target.collector.open(request.target);
    else await target.collector[request.kind]?.();
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

async function describe(collector: Collector, module: string): Promise<RemoteCollector> {
  const { name, phase } = collector;
  const probe = await collector.probe();
  checkProbe(probe, module);
  return {
    name,
    columns: collector.columns.map(plainColumn),
    phase,
    probe: plainProbe(probe),
    pauses: collector.pause !== undefined && collector.resume !== undefined,
    settles: collector.settle !== undefined,
    ends: collector.end !== undefined,
  };
}

/** Copied field by field: what else a plug-in has in there need not be fit for a message. */
function plainColumn({ name, unit, description }: Column): Column {
  return { name, unit, description };
}

function plainProbe(probe: CollectorProbe): CollectorProbe {
  if (!probe.available) return { available: false, code: probe.code, reason: probe.reason };
  return {
    available: true,
    ...(probe.missing === undefined
      ? {}
      : { missing: probe.missing.map(({ column, code, reason }) => ({ column, code, reason })) }),
    ...(probe.columns === undefined ? {} : { columns: probe.columns.map(plainColumn) }),
    ...(probe.devices === undefined ? {} : { devices: probe.devices.map(plainDevice) }),
  };
}

/** What a plug-in leaves out of a device is unknown. */
function plainDevice({ uuid, index, kind, ...told }: Device): Device {
  const { vendor, name, driver, memoryBytes, powerLimitWatts, isSliced, includesPackage, estimated, notes } =
    told as Partial<typeof told>;
  const { sensorError, sensorCoverage, sensorSource } = told;
  return {
    uuid,
    index,
    kind,
    vendor: vendor ?? null,
    name: name ?? null,
    driver: driver ?? null,
    memoryBytes: memoryBytes ?? null,
    powerLimitWatts: powerLimitWatts ?? null,
    isSliced: isSliced ?? null,
    ...(includesPackage === undefined ? {} : { includesPackage }),
    ...(estimated === undefined ? {} : { estimated }),
    ...(sensorError === undefined ? {} : { sensorError }),
    ...(sensorCoverage === undefined ? {} : { sensorCoverage }),
    ...(sensorSource === undefined ? {} : { sensorSource }),
    notes: notes ?? [],
  };
}
