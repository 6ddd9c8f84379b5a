import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicSeconds } from '../kernel/clock.ts';
import { formatSeconds } from '../units/format.ts';
import type { History } from './history.ts';
import { sealTelemetry } from './one-round.ts';
import { preflightSeconds } from './preflight.ts';
import { idleSegmentPath } from './round-files.ts';
import type { RunContext } from './run-context.ts';
import type { Telemetry } from './telemetry.ts';

/** A device that has just proved a configuration takes some seconds to fall to its power at rest. */
const secondsToSettle = 2;
const secondsAtRest = 3;
/** A sensor that looks at a part of the time needs as long as in a round (see the verdict ENERGY_WINDOW_TOO_SHORT), and a little for its first reading. */
const secondsOfPartTimeSensor = 5.2;

/**
 * Samples what the devices draw before the rounds of a sitting, while nothing of ours runs but the sampler, where a device tells its power. Each
 * sitting takes its own: a machine that was started again may draw something else. Whether the devices were at rest is the analysis' to say.
 */
export async function measureAtRest(context: RunContext, history: History, telemetry: Telemetry): Promise<void> {
  const { log, origin, signal, samplesFolder, onProgress } = context;
  removeCut(samplesFolder, history.sittings);
  const { powered } = telemetry;
  // Whoever waits for nothing before a measurement waits for no rest either: the gate would, in each of its rounds.
  if (powered.length === 0 || preflightSeconds(process.env.DYNO_PREFLIGHT) === 0) return;
  const isPartTime = powered.some(({ sensorCoverage = 1 }) => sensorCoverage < 1);
  const seconds = isPartTime ? secondsOfPartTimeSensor : secondsAtRest;
  if (context.outOfTime(secondsToSettle + seconds)) return;

  const length = formatSeconds(secondsToSettle + Math.round(seconds));
  onProgress({
    type: 'note',
    message: `What the devices draw at rest is sampled for ${length}; nothing runs meanwhile.`,
  });
  const file = idleSegmentPath(samplesFolder, history.sittings);
  await telemetry.openAtRest(file);
  await wait(secondsToSettle, signal);
  const from = monotonicSeconds();
  await wait(seconds, signal);
  const windowSeconds = monotonicSeconds() - from;
  await telemetry.close();
  const sealed = await sealTelemetry(file, context);
  // What a signal cut short is no measurement; the next sitting takes its own.
  if (signal.aborted) return;
  log.append({ type: 'idle.measured', telemetry: sealed, windowStart: from - origin, windowSeconds });
}

/** What a sitting left that was killed while it sampled: no event tells of it, and no figure is of it. */
function removeCut(samplesFolder: string, sittings: number): void {
  for (let sitting = 0; sitting < sittings; sitting++) rmSync(idleSegmentPath(samplesFolder, sitting), { force: true });
}

async function wait(seconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(seconds * 1e3, undefined, { signal });
  } catch {
    // A signal came: whoever waits sees it.
  }
}
