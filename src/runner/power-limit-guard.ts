/**
 * Sets power limits back when the run that set them ends without doing so: a process of its own, in a group of its own, that waits for its stdin to
 * close, which the kernel does even for a run that was killed. One line of JSON on stdin is its job; the line `restore` asks it to set the limits
 * back now, and it answers with what became of each.
 */
import { createInterface } from 'node:readline';
import { errorText } from '../kernel/errors.ts';
import { readJob } from '../kernel/lifeline.ts';
import type { PowerLimitJournal } from './power-limit-journal.ts';
import { gpuName, type RestoredLimit, restoreLimits, restoreWarning } from './power-limit-restore.ts';

/** What it is told. */
export interface GuardJob {
  readonly cacheFolder: string;
  readonly journal: PowerLimitJournal;
}

// Whoever ends the run and all that belongs to it wants the limit set back all the same.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
// Where the run or its terminal is gone, nobody reads.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const { cacheFolder, journal } = readJob<GuardJob>();
let restoring: Promise<readonly RestoredLimit[]> | null = null;

createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (line !== 'restore' || restoring !== null) return;
    restoring = restoreLimits(cacheFolder, journal);
    restoring.then((restored) => process.stdout.write(`${JSON.stringify(restored)}\n`), fail);
  })
  .on('close', () => {
    const wasAsked = restoring !== null;
    (restoring ?? restoreLimits(cacheFolder, journal)).then((restored) => tell(restored, wasAsked), fail);
  });
process.stdout.write('ready\n');

/** The run is gone. What became of the limits is for people to read: all of it where the run had not asked, what went wrong else. */
function tell(restored: readonly RestoredLimit[], wasAsked: boolean): void {
  const back = journal.devices.filter(({ uuid }) => restored.some((one) => one.uuid === uuid && one.problem === null));
  const list = back.map((device) => `${gpuName(device)} to ${device.beforeWatts} W`).join(', ');
  const done =
    list === '' ? '' : `dyno: the run ended without setting the power limit back; it is set back now: ${list}.\n`;
  process.stderr.write(wasAsked ? '' : done + restoreWarning(journal, restored), () => process.exit(0));
}

function fail(error: unknown): void {
  process.stderr.write(`dyno: ${errorText(error)}\n`, () => process.exit(1));
}
