import { powerSensors } from '../analysis/round-energy.ts';
import { builtInCollectors } from '../collectors/builtin-collectors.ts';
import { DynoError, errorText } from '../kernel/errors.ts';
import type { DeviceState } from '../results/events.ts';
import { sealedFiles } from '../results/parquet.ts';
import { formatPercent } from '../units/format.ts';
import { type Disturbance, type ObservedRound, ObserverWatch } from './observer-watch.ts';
import type { RunContext } from './run-context.ts';
import { startSampler } from './sampler.ts';
import { blockSettings } from './sampling-blocks.ts';

/** The sampler as the rounds use it: when it is lost, that is said once, and the run goes on without it. */
export interface Telemetry {
  /** Devices whose power or energy is sampled. */
  readonly powered: readonly DeviceState[];
  open(pid: number, file: string): Promise<void>;
  /** Samples the machine throughout, with no process of ours to watch. */
  openAtRest(file: string): Promise<void>;
  close(): Promise<void>;
  /**
   * Looks at what sampling did to a round that ended well. Where it is shown to disturb, the rounds to come are sampled half as often,
   * which the events and the user are told.
   */
  observe(round: ObservedRound): Promise<void>;
  stop(): Promise<void>;
}

/** For a run that asked for no sampling: there is no sampler process. */
const notSampled: Telemetry = {
  powered: [],
  open: async () => {},
  openAtRest: async () => {},
  close: async () => {},
  observe: async () => {},
  stop: async () => {},
};

/** Starts the one sampler process of a run and records what it can sample. A sampler that cannot be started is a note in the result. */
export async function startTelemetry(context: RunContext): Promise<Telemetry> {
  const { plan, plugins, log, origin, folder, onProgress } = context;
  let hertz = plan.policy.samplingHertz;
  if (hertz === 0) return notSampled;
  const said = new Set<string>();
  const report = (collector: string | null, code: string, reason: string): void => {
    log.append({ type: 'telemetry.problem', collector, code, reason });
    // A sensor that stays lost is missed anew in every round, and a person reads it once.
    const problem = `${collector} ${code} ${reason}`;
    if (said.has(problem)) return;
    said.add(problem);
    onProgress({
      type: 'note',
      message: collector === null ? reason : `The collector ${collector} was lost for this round: ${reason}`,
    });
  };
  const sampler = await startSampler({
    hertz,
    plugins,
    onProblem: ({ collector, code, reason }) => report(collector, code, reason),
  }).catch((error: unknown) => {
    const code = error instanceof DynoError ? error.code : 'SAMPLER_LOST';
    report(null, code, `There is no telemetry in this run: ${errorText(error)}`);
    return null;
  });
  const builtIn = builtInCollectors().map(({ name }) => name);
  for (const { name, available, reason } of sampler?.state ?? []) {
    // What a machine lacks of our own is in the result; a collector that was asked for by name is missed by somebody.
    if (!available && !builtIn.includes(name)) {
      onProgress({ type: 'note', message: `The collector ${name} samples nothing: ${reason}` });
    }
  }
  if (sampler !== null) log.append({ type: 'sampler.started', pid: sampler.pid, hertz, collectors: sampler.state });
  const hasBlocks = (rate: number): boolean => blockSettings(plan.policy, rate, 0) !== null;
  const watch = new ObserverWatch(sealedFiles(folder).chunks, hertz, hasBlocks);
  let opened = 0;
  return {
    powered: powerSensors(sampler?.state ?? []).map(({ device }) => device),
    openAtRest: async (file) => {
      await sampler?.open(null, file, origin, { hertz, blocks: null });
    },
    open: async (pid, file) => {
      // Each round has an order of blocks of its own.
      const blocks = blockSettings(plan.policy, hertz, plan.policy.seed + opened++);
      await sampler?.open(pid, file, origin, { hertz, blocks });
    },
    observe: async (round) => {
      let found: Disturbance | null;
      try {
        found = await watch.add(round);
      } catch (error) {
        const code = error instanceof DynoError ? error.code : 'NOT_OBSERVED';
        report(null, code, `What sampling does to the latency is not watched in this round: ${errorText(error)}`);
        return;
      }
      if (found === null) return;
      const { figure, change, ci95 } = found;
      log.append({ type: 'sampler.rate', hertz: found.hertz, was: hertz, change, ci95 });
      onProgress({
        type: 'note',
        message: `Sampling at ${hertz} Hz changes ${figure} by ${formatPercent(change)} (95 %: ${formatPercent(ci95[0])} to ${formatPercent(ci95[1])}): the rounds to come are sampled at ${found.hertz} Hz.`,
      });
      hertz = found.hertz;
    },
    close: async () => {
      await sampler?.close();
    },
    stop: async () => {
      await sampler?.stop();
    },
  };
}
