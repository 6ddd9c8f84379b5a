/*
 * The one process that holds all collectors. It samples while a file is open and sleeps otherwise; commands and events are in
 * `sampler-protocol.ts`. It ends when its stdin does: the kernel closes that even when the runner is killed.
 */
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Device } from '../collectors/collector.ts';
import { readLines } from '../kernel/child-process.ts';
import { DynoError, errorText } from '../kernel/errors.ts';
import type { CollectorState, DeviceState } from '../results/events.ts';
import { privateHash } from '../results/redact.ts';
import { loadCollectors, type PluginCollectors } from './plugin-thread.ts';
import { loadPlugins } from './plugins.ts';
import { inThisThread, probeWithin, type Sampled } from './sampled.ts';
import { checkSamplingRate, type Pace, type SamplerCommand, type SamplerEvent } from './sampler-protocol.ts';
import { Sampling } from './sampling.ts';
import { SamplingBlocks } from './sampling-blocks.ts';
import { secondsToNextTick, Ticker } from './ticker.ts';

/** A driver that nothing keeps loaded is loaded by the first question, which takes seconds where there are many devices. */
const secondsToProbe = 12;
/** A plug-in may import large modules when it is loaded; later it has this long to answer a tick, too. */
const secondsForPlugin = 5;

let started: Sampling | null = null;

/** The round that is sampled. */
interface Round {
  readonly ticker: Ticker;
  readonly periodSeconds: number;
  /** null: sampled throughout, or its end has come. */
  blocks: SamplingBlocks | null;
}

let round: Round | null = null;

function send(event: SamplerEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

async function start({ plugins }: Extract<SamplerCommand, { command: 'start' }>): Promise<void> {
  if (started !== null) throw new DynoError('SAMPLER_STARTED', 'The sampler was started already.');
  const ours = (await loadPlugins([])).collectors.all().map(inThisThread);
  const loaded = await Promise.all(plugins.map((module) => loadCollectors(module, secondsForPlugin)));
  const probed = await probeAll([...ours, ...loaded.flatMap(({ collectors }) => collectors)]);
  const states = [...probed.map(({ state }) => state), ...loaded.flatMap(refusedState)];

  const working = probed.flatMap(({ collector, state, columns }) =>
    state.available ? [{ ...collector, columns }] : [],
  );
  started = new Sampling(working, (problem) => send({ event: 'problem', ...problem }));
  send({ event: 'ready', pid: process.pid, collectors: states });
}

interface Probed {
  readonly collector: Sampled;
  /** Those that it has here. */
  readonly columns: Sampled['columns'];
  readonly state: CollectorState;
}

async function probeAll(collectors: readonly Sampled[]): Promise<Probed[]> {
  const probes = await Promise.all(collectors.map((collector) => probeWithin(collector, secondsToProbe)));
  // The sampler's own columns have this name.
  const names = new Set(['sampler']);
  return collectors.map((collector, index) => {
    const { name } = collector;
    let probe = probes[index] ?? { available: false, code: 'COLLECTOR_FAILED', reason: 'It was not probed.' };
    if (names.has(name)) {
      probe = { available: false, code: 'PLUGIN_EXISTS', reason: `There already is a collector named "${name}".` };
    }
    names.add(name);
    if (!probe.available) {
      const { columns } = collector;
      return { collector, columns, state: { name, available: false, code: probe.code, reason: probe.reason, columns } };
    }
    const { missing = [], columns = collector.columns, devices } = probe;
    const found = devices === undefined ? {} : { devices: devices.map(withoutUuid) };
    return {
      collector,
      columns,
      state: { name, available: true, code: null, reason: null, columns, missing, ...found },
    };
  });
}

/** From here on a device is known by a hash: what identifies it leaves this process nowhere. */
function withoutUuid({ uuid, ...device }: Device): DeviceState {
  return { id: privateHash('uuid', uuid.toLowerCase()), ...device };
}

function refusedState({ module, refused }: PluginCollectors): CollectorState[] {
  return refused === null ? [] : [{ name: basename(module), available: false, ...refused, columns: [] }];
}

async function open({ pid, file, origin, pace }: Extract<SamplerCommand, { command: 'open' }>): Promise<void> {
  const sampling = requireStarted();
  checkSamplingRate(pace.hertz);
  await sampling.open({ pid }, file, origin, pace.blocks !== null);
  round = beginRound(sampling, pace);
  round.ticker.start();
  send({ event: 'opened' });
}

function beginRound(sampling: Sampling, { hertz, blocks }: Pace): Round {
  const periodSeconds = 1 / hertz;
  const begun: Round = {
    blocks: blocks === null ? null : new SamplingBlocks(blocks),
    periodSeconds,
    ticker: new Ticker(
      (elapsed) =>
        begun.blocks === null
          ? secondsToNextTick(elapsed, periodSeconds)
          : begun.blocks.secondsToNextTick(elapsed, periodSeconds),
      (elapsed) => {
        if (begun.blocks === null) sampling.tick();
        else sampling.tickInBlock({ ...begun.blocks.at(elapsed), hertz });
      },
    ),
  };
  return begun;
}

/** The measured process has ended: from here on it is sampled throughout. */
function endBlocks(sampling: Sampling, { ticker, periodSeconds }: Round): void {
  ticker.stop();
  sampling.endBlocks();
  if (ticker.secondsSinceTick() >= periodSeconds / 2) sampling.tick();
  ticker.start();
}

async function close(): Promise<void> {
  const sampling = requireStarted();
  if (round === null) {
    send({ event: 'closed', rows: await sampling.close() });
    return;
  }
  const { ticker, periodSeconds } = round;
  if (round.blocks !== null) {
    round.blocks = null;
    endBlocks(sampling, round);
  }
  const reported = await sampling.settle();
  ticker.stop();
  const halfPeriod = periodSeconds / 2;
  // What has just been reported must get into a row.
  if (reported) await sleep(Math.max(0, halfPeriod - ticker.secondsSinceTick()) * 1e3);
  // One sample more, so that the samples reach beyond the end of what was measured; not right after another one, because over a
  // few milliseconds the kernel's counters of 10 ms mean nothing.
  if (reported || ticker.secondsSinceTick() >= halfPeriod) sampling.tick();
  round = null;
  send({ event: 'closed', rows: await sampling.close() });
}

function requireStarted(): Sampling {
  if (started === null) throw new DynoError('SAMPLER_NOT_STARTED', 'Expected the command "start" first.');
  return started;
}

async function carryOut(line: string): Promise<void> {
  let command = 'unknown';
  try {
    const parsed = JSON.parse(line) as SamplerCommand;
    command = parsed.command;
    if (parsed.command === 'start') await start(parsed);
    else if (parsed.command === 'open') await open(parsed);
    else if (parsed.command === 'close') await close();
    else if (parsed.command === 'quit') await end();
    else throw new DynoError('SAMPLER_COMMAND', `Expected start, open, close or quit, got ${line}.`);
  } catch (error) {
    const code = error instanceof DynoError ? error.code : 'SAMPLER_FAILED';
    send({ event: 'error', command, code, message: errorText(error) });
  }
}

/** Keeps what was sampled, then ends. */
async function end(): Promise<void> {
  round?.ticker.stop();
  await started?.close();
  await started?.end();
  process.exit(0);
}

// One command after the other, also when several lines come at once.
let queue: Promise<void> = Promise.resolve();
readLines(process.stdin, (line) => {
  queue = queue.then(() => carryOut(line));
});
process.stdin.on('end', () => {
  queue = queue.then(end);
});
// Whoever reads the events is gone: so is the runner.
process.stdout.on('error', () => void end());
// Ctrl-C reaches every process of the terminal; whether and when to stop is the runner's decision, told through stdin.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => void end());
process.on('SIGHUP', () => {});
