/*
 * The one process that holds all collectors. It samples while a file is open and sleeps otherwise; commands and events are in
 * `sampler-protocol.ts`. It ends when its stdin does: the kernel closes that even when the runner is killed.
 */
import { basename } from 'node:path';
import { readLines } from '../kernel/child-process.ts';
import { DynoError, errorText } from '../kernel/errors.ts';
import type { CollectorState } from '../results/events.ts';
import { loadCollectors, type PluginCollectors } from './plugin-thread.ts';
import { loadPlugins } from './plugins.ts';
import { inThisThread, probeWithin, type Sampled } from './sampled.ts';
import { checkSamplingRate, type SamplerCommand, type SamplerEvent } from './sampler-protocol.ts';
import { Sampling } from './sampling.ts';
import { Ticker } from './ticker.ts';

const secondsToProbe = 3;
/** A plug-in may import large modules when it is loaded; later it has this long to answer a tick, too. */
const secondsForPlugin = 5;

interface Started {
  readonly sampling: Sampling;
  readonly ticker: Ticker;
  readonly periodSeconds: number;
}

let started: Started | null = null;

function send(event: SamplerEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

async function start({ hertz, plugins }: Extract<SamplerCommand, { command: 'start' }>): Promise<void> {
  if (started !== null) throw new DynoError('SAMPLER_STARTED', 'The sampler was started already.');
  checkSamplingRate(hertz);
  const ours = (await loadPlugins([])).collectors.all().map(inThisThread);
  const loaded = await Promise.all(plugins.map((module) => loadCollectors(module, secondsForPlugin)));
  const probed = await probeAll([...ours, ...loaded.flatMap(({ collectors }) => collectors)]);
  const states = [...probed.map(({ state }) => state), ...loaded.flatMap(refusedState)];

  const working = probed.filter(({ state }) => state.available).map(({ collector }) => collector);
  const sampling = new Sampling(working, (problem) => send({ event: 'problem', ...problem }));
  started = { sampling, ticker: new Ticker(1 / hertz, () => sampling.tick()), periodSeconds: 1 / hertz };
  send({ event: 'ready', pid: process.pid, collectors: states });
}

async function probeAll(collectors: readonly Sampled[]): Promise<{ collector: Sampled; state: CollectorState }[]> {
  const probes = await Promise.all(collectors.map((collector) => probeWithin(collector, secondsToProbe)));
  const names = new Set<string>();
  return collectors.map((collector, index) => {
    const { name, columns } = collector;
    let probe = probes[index] ?? { available: false, code: 'COLLECTOR_FAILED', reason: 'It was not probed.' };
    if (names.has(name)) {
      probe = { available: false, code: 'PLUGIN_EXISTS', reason: `There already is a collector named "${name}".` };
    }
    names.add(name);
    const state: CollectorState = probe.available
      ? { name, available: true, code: null, reason: null, columns, missing: probe.missing ?? [] }
      : { name, available: false, code: probe.code, reason: probe.reason, columns };
    return { collector, state };
  });
}

function refusedState({ module, refused }: PluginCollectors): CollectorState[] {
  return refused === null ? [] : [{ name: basename(module), available: false, ...refused, columns: [] }];
}

async function open({ pid, file, origin }: Extract<SamplerCommand, { command: 'open' }>): Promise<void> {
  const { sampling, ticker } = requireStarted();
  await sampling.open({ pid }, file, origin);
  ticker.start();
  send({ event: 'opened' });
}

async function close(): Promise<void> {
  const { sampling, ticker, periodSeconds } = requireStarted();
  ticker.stop();
  // One sample more, so that the samples reach beyond the end of what was measured; not right after another one, because over a
  // few milliseconds the kernel's counters of 10 ms mean nothing.
  if (ticker.secondsSinceTick() >= periodSeconds / 2) sampling.tick();
  send({ event: 'closed', rows: await sampling.close() });
}

function requireStarted(): Started {
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
  started?.ticker.stop();
  await started?.sampling.close();
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
