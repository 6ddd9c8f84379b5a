import { basename } from 'node:path';
import { InputError } from '../kernel/errors.ts';
import type { History } from './history.ts';
import { isOurProcess } from './our-processes.ts';
import { sealIfAny, segmentPaths } from './round-files.ts';
import type { RunContext } from './run-context.ts';

/** Throws `RUN_IN_USE` while a process of the former sitting still lives: it might write into what is resumed. */
export function refuseIfAlive(history: History, folder: string): void {
  const alive = history.openPids.filter(isOurProcess);
  if (alive.length === 0) return;
  throw new InputError(
    'RUN_IN_USE',
    `Processes of the run ${basename(folder)} are still alive (pid ${alive.join(', ')}). They end by themselves within seconds of their runner; try again then, or end them.`,
  );
}

/** Seals what the rounds left behind that were cut when the runner was killed, and records them as interrupted. */
export async function recoverCutRounds(context: RunContext, history: History): Promise<void> {
  for (const { key, round, attempt } of history.cut) {
    const paths = segmentPaths(context.samplesFolder, key, round, attempt);
    context.log.append({
      type: 'round.interrupted',
      key,
      round,
      samples: await sealIfAny(paths.samples, context.folder),
      telemetry: await sealIfAny(paths.telemetry, context.folder),
      why: 'the runner was ended before the round was finished',
    });
  }
}
