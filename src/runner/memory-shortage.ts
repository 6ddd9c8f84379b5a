import type { DeviceMemory } from '../collectors/nvidia-memory.ts';
import { type MemoryWords, memoryWordsIn, mergeWords } from '../engine/diagnosis/memory-text.ts';
import { type HostMemory, memoryLimits, readHostMemory } from '../kernel/host-memory.ts';
import type { Cause, SealedFile } from '../results/events.ts';
import type { MemoryEvidence, MemoryPlace, MemoryShortage } from '../results/memory-shortage.ts';
import { runTask } from './child-task.ts';
import type { FailureScene, MemoryAnswer, MemoryJob } from './job.ts';
import { adviseOnMemory, smallerBatches } from './memory-advice.ts';
import { deviceMeant, mostUsedBytes, readDevices } from './memory-readings.ts';
import type { ReadyCase } from './prepare.ts';

/** A task that failed, and where. */
export interface Failed {
  readonly cause: Cause;
  readonly scene?: FailureScene;
}

export interface FailedCase {
  readonly ready: ReadyCase;
  /** Folder of the run. */
  readonly folder: string;
  /** What was sampled of the round; null: nothing. */
  readonly telemetry: SealedFile | null;
  readonly signal: AbortSignal;
}

/** A figure with where it comes from. */
interface Figure {
  readonly bytes: number;
  readonly evidence: MemoryEvidence;
}

/** A graph of gigabytes takes a while to read. */
const secondsForGraph = 60;

/** Codes of a failure whose own message does not tell more than that memory ran out. */
const plainCodes: ReadonlySet<string> = new Set([
  'RUN_FAILED',
  'MODEL_INVALID',
  'UNEXPECTED',
  'NATIVE_CRASH',
  'NO_ANSWER',
  'KILLED',
]);

/** Codes of processes that ended without a word of their own: what they wrote last is all there is. */
const silentCodes: ReadonlySet<string> = new Set(['NATIVE_CRASH', 'NO_ANSWER', 'KILLED', 'UNEXPECTED']);

/** Backends that compute on a device with memory of its own, by the last part of their names. */
const onDevice = /-(cuda|tensorrt|rocm|migraphx|webgpu|directml|coreml)$/;

/**
 * The cause with what is known of the memory that was too little, where that is why it failed; unchanged otherwise. What the library does not say
 * is read from the machine or the device: of a process that has ended its own memory is free again, and the figure says so.
 */
export async function withMemoryShortage(failed: Failed, about: FailedCase): Promise<Cause> {
  const { cause, scene } = failed;
  const words = wordsOf(failed);
  if (words === null || about.signal.aborted) return cause;
  const { case: planned, precisions = {} } = about.ready;
  const { backend, batchSize, precision } = planned.axes;
  const isDevice = words.where === 'device' || (words.where === null && onDevice.test(backend));
  const found = isDevice ? await onDeviceMemory(words, about) : onHostMemory(words, hostOf(scene, backend));
  const graph = await graphMemory(about, [batchSize, ...smallerBatches(batchSize)]);
  const { free, total } = found;
  const advice = adviseOnMemory({
    device: found.device,
    place: found.place,
    backend,
    batchSize,
    precision,
    precisions,
    neededBytes: words.neededBytes,
    freeBytes: free?.bytes ?? null,
    totalBytes: total?.bytes ?? null,
    budgetBytes: found.budgetBytes,
    graph: 'code' in graph ? null : graph,
    idleBytes: words.idleBytes,
    holders: found.holders,
  });
  const memory: MemoryShortage = {
    device: found.device,
    place: found.place,
    neededBytes: words.neededBytes,
    freeBytes: free?.bytes ?? null,
    totalBytes: total?.bytes ?? null,
    freeAfterBytes: found.freeAfterBytes,
    evidence: {
      needed: words.neededBytes === null ? null : 'message',
      free: free?.evidence ?? null,
      total: total?.evidence ?? null,
    },
    projected:
      'code' in graph
        ? null
        : {
            provenance: 'projected',
            batchSize,
            weightBytes: graph.weightBytes,
            valueBytes: graph.valueBytes.get(batchSize) ?? 0,
          },
    holders: found.holders,
    batchSize: advice.batchSize,
    precisions: advice.precisions,
    remedies: advice.remedies,
    reasons: {
      ...(words.neededBytes === null ? { neededBytes: notTold('the message names no size') } : {}),
      ...(free === null ? { freeBytes: notTold(found.whyUnknown) } : {}),
      ...(total === null ? { totalBytes: notTold(found.whyUnknown) } : {}),
      ...(found.freeAfterBytes === null ? { freeAfterBytes: notTold(found.whyUnknown) } : {}),
      ...('code' in graph ? { projected: graph } : {}),
      ...(advice.reason === null ? {} : { batchSize: advice.reason }),
    },
  };
  const code = plainCodes.has(cause.code) ? 'OUT_OF_MEMORY' : cause.code;
  return { ...cause, code, message: isKilled(failed) ? killedText : cause.message, memory };
}

/** Memory as the process found it that failed. Of an engine in a process of its own, that process's address space is not ours. */
function hostOf(scene: FailureScene | undefined, backend: string): HostMemory | null {
  const host = scene?.host ?? null;
  return host !== null && /^(python|pytorch)/.test(backend) ? { ...host, addressUsedBytes: null } : host;
}

/** What is said of memory by a cause, or by the kernel, which kills without a word; null: nothing. */
function wordsOf({ cause, scene }: Failed): MemoryWords | null {
  const { code, message, stderrTail } = cause;
  const ofMessage = memoryWordsIn(message);
  const ofTail = ofMessage !== null || silentCodes.has(code) ? memoryWordsIn(stderrTail) : null;
  const words = [ofMessage, ofTail].filter((one) => one !== null);
  // A worker of the process may have been killed in its place, and its message names the signal.
  const wasKilled = cause.signal === 'SIGKILL' || /\bSIGKILL\b/.test(message);
  if (wasKilled && (scene?.memoryKills ?? 0) > 0) words.push(mergeWords([{ where: 'host' }]));
  return words.length === 0 ? null : mergeWords(words);
}

/** Whether the kernel killed the process for want of memory. */
function isKilled({ cause, scene }: Failed): boolean {
  return cause.code === 'KILLED' && cause.signal === 'SIGKILL' && (scene?.memoryKills ?? 0) > 0;
}

const killedText =
  'The kernel killed the process (SIGKILL) for want of memory: its count of such kills went up meanwhile.';

/** What could be found out of the memory that was full. */
interface FoundMemory {
  readonly device: string;
  readonly place: MemoryPlace;
  readonly free: Figure | null;
  readonly total: Figure | null;
  readonly freeAfterBytes: number | null;
  /** All that the next attempt can have. */
  readonly budgetBytes: number | null;
  readonly holders: MemoryShortage['holders'];
  readonly whyUnknown: string;
}

async function onDeviceMemory(words: MemoryWords, { folder, telemetry }: FailedCase): Promise<FoundMemory> {
  const devices = await readDevices();
  const meant = deviceMeant(words.ordinal, devices, process.env);
  // Where there are devices and none of them is surely meant, the library's number may be that of another one.
  const number = meant?.index ?? (devices.length === 0 ? words.ordinal : null);
  const device = `gpu${number ?? ''}`;
  const whyUnknown =
    devices.length === 0
      ? 'the library does not say, and no tool here tells the memory of the device'
      : 'the library does not say which of the devices it is';
  const total = figureOf(words.totalBytes, 'message') ?? figureOf(meant?.totalBytes ?? null, 'afterwards');
  const free =
    figureOf(words.freeBytes, 'message') ??
    (words.place === 'memory' ? await leastFree(meant, folder, telemetry, device) : null);
  const freeAfterBytes = meant?.freeBytes ?? null;
  // The limit of a pool or of a buffer holds whatever else is free.
  const budgetBytes = words.place === 'memory' ? (freeAfterBytes ?? words.totalBytes) : words.totalBytes;
  const holders = meant?.holders ?? [];
  return { device, place: words.place, free, total, freeAfterBytes, budgetBytes, holders, whyUnknown };
}

/** The least that was free of a device while the round was sampled. */
async function leastFree(
  meant: DeviceMemory | null,
  folder: string,
  telemetry: SealedFile | null,
  device: string,
): Promise<Figure | null> {
  const used = await mostUsedBytes(folder, telemetry, device);
  if (meant?.totalBytes == null || used === null) return null;
  return { bytes: Math.max(0, meant.totalBytes - used), evidence: 'samples' };
}

function onHostMemory(words: MemoryWords, atFailure: HostMemory | null): FoundMemory {
  const { place, freeBytes, totalBytes } = words;
  const whyUnknown = 'neither the message nor the machine tells';
  if (place !== 'memory') {
    const total = figureOf(totalBytes, place === 'webassembly' ? 'limit' : 'message');
    const free = figureOf(freeBytes, 'message');
    return {
      ...{ device: 'host', place, holders: [], whyUnknown, total, free },
      freeAfterBytes: null,
      budgetBytes: totalBytes,
    };
  }
  const then = atFailure === null ? undefined : memoryLimits(atFailure)[0];
  const after = memoryLimits(readHostMemory());
  // The limit that was met: what another one leaves is of no use.
  const met = then ?? after[0];
  const freeAfterBytes = after.find((limit) => limit.place === met?.place)?.freeBytes ?? null;
  return {
    device: 'host',
    place: met?.place ?? 'memory',
    free: figureOf(freeBytes, 'message') ?? figureOf(then?.freeBytes ?? null, 'at failure'),
    total: figureOf(met?.totalBytes ?? null, 'limit'),
    freeAfterBytes,
    budgetBytes: freeAfterBytes,
    holders: [],
    whyUnknown,
  };
}

function figureOf(bytes: number | null, evidence: MemoryEvidence): Figure | null {
  return bytes === null ? null : { bytes, evidence };
}

function notTold(why: string): { code: string; message: string } {
  return { code: 'NOT_TOLD', message: `${why.charAt(0).toUpperCase()}${why.slice(1)}.` };
}

/** What the graph of the case needs at these batch sizes, or why that is not known. In a process of its own, whose failure is no other. */
async function graphMemory(
  { ready, signal }: FailedCase,
  batchSizes: readonly number[],
): Promise<
  | { readonly weightBytes: number; readonly valueBytes: ReadonlyMap<number, number> }
  | { readonly code: string; readonly message: string }
> {
  const job: MemoryJob = { plugins: [], workload: ready.workload, batchSizes, deadlineSeconds: secondsForGraph };
  const outcome = await runTask<MemoryJob, MemoryAnswer>('runner/memory-process.js', job, { signal });
  if ('cause' in outcome) return { code: outcome.cause.code, message: outcome.cause.message };
  const { weightBytes, valueBytes } = outcome.answer;
  return { weightBytes, valueBytes: new Map(batchSizes.map((size, index) => [size, valueBytes[index] ?? 0])) };
}
