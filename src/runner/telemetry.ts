import { errorText } from '../kernel/errors.ts';
import type { RunContext } from './run-context.ts';
import { type Sampler, startSampler } from './sampler.ts';

/** The sampler as the rounds use it: when it is lost, that is said once, and the run goes on without it. */
export interface Telemetry {
  open(pid: number, file: string): Promise<void>;
  close(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the one sampler process of a run and records what it can sample. Never throws. */
export async function startTelemetry({ plan, plugins, log, origin, onProgress }: RunContext): Promise<Telemetry> {
  const hertz = plan.policy.samplingHertz;
  let sampler: Sampler | null = null;
  const lose = (error: unknown): void => {
    if (sampler === null) return;
    sampler = null;
    onProgress({ type: 'note', message: `Telemetry is lost from here on: ${errorText(error)}` });
  };
  try {
    sampler = await startSampler({
      hertz,
      plugins,
      onProblem: ({ collector, reason }) =>
        onProgress({
          type: 'note',
          message: collector === null ? reason : `The collector ${collector} was lost for this round: ${reason}`,
        }),
    });
    log.append({ type: 'sampler.started', pid: sampler.pid, hertz, collectors: sampler.state });
  } catch (error) {
    onProgress({ type: 'note', message: `There is no telemetry in this run: ${errorText(error)}` });
  }
  return {
    open: async (pid, file) => {
      await sampler?.open(pid, file, origin).catch(lose);
    },
    close: async () => {
      await sampler?.close().catch(lose);
    },
    stop: async () => {
      await sampler?.stop();
    },
  };
}
