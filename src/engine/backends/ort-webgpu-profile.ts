import { writeFile } from 'node:fs/promises';
import { type ProfileEvent, readProfileEvents } from '../proof/profile-events.ts';

const provider = 'WebGpuExecutionProvider';

/** Ends the name of the event of a node. */
const nodeSuffix = '_kernel_time';

/**
 * Puts into an operator profile how long the device took for each node, and returns its path. The library writes for a node how long it took to hand its
 * work to the device, which says nothing of the work, and beside that an event of category `Api` for each program that ran there, by the
 * device's own timestamps, named `node&operator&program`. null: the device takes no timestamps, and how long its nodes took is not known.
 */
export async function withDeviceTimes(path: string): Promise<string | null> {
  const { events } = readProfileEvents(path);
  const programs = events.filter(({ cat, name }) => cat === 'Api' && name?.includes('&') === true);
  const ofDevice = events.filter(isNodeOfDevice);
  if (ofDevice.length > 0 && programs.length === 0) return null;
  const told = new Map(ofDevice.map((event) => [event, 0]));
  for (const [run, nodes] of byRun(events, ofDevice)) {
    const times = programTimes(programs, run);
    const calls = new Map<string, number>();
    for (const node of nodes) calls.set(nodeOf(node), (calls.get(nodeOf(node)) ?? 0) + 1);
    // A node that runs several times in a run, in a loop, has the mean of its times.
    for (const node of nodes) told.set(node, (times.get(nodeOf(node)) ?? 0) / (calls.get(nodeOf(node)) ?? 1));
  }
  const rewritten = events.map((event) => (told.has(event) ? { ...event, dur: told.get(event) } : event));
  await writeFile(path, `[\n${rewritten.map((event) => JSON.stringify(event)).join(',\n')}\n]`);
  return path;
}

function isNodeOfDevice({ cat, name, args }: ProfileEvent): boolean {
  return cat === 'Node' && name?.endsWith(nodeSuffix) === true && args?.provider === provider;
}

function nodeOf({ name = '' }: ProfileEvent): string {
  return name.slice(0, -nodeSuffix.length);
}

/** The nodes that began within each run. */
function byRun(events: readonly ProfileEvent[], nodes: readonly ProfileEvent[]): [ProfileEvent, ProfileEvent[]][] {
  return events
    .filter(({ cat, name }) => cat === 'Session' && name === 'model_run')
    .map((run) => [run, nodes.filter((node) => isWithin(node, run))]);
}

/** Microseconds of the programs of each node in a run, by its name. */
function programTimes(programs: readonly ProfileEvent[], run: ProfileEvent): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const program of programs) {
    if (!isWithin(program, run)) continue;
    const [node = ''] = (program.name ?? '').split('&');
    times.set(node, (times.get(node) ?? 0) + Number(program.dur ?? 0));
  }
  return times;
}

function isWithin({ ts }: ProfileEvent, run: ProfileEvent): boolean {
  const from = Number(run.ts ?? 0);
  return Number(ts ?? 0) >= from && Number(ts ?? 0) <= from + Number(run.dur ?? 0);
}
