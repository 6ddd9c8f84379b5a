import type { MemoryHolder, MemoryPlace } from '../results/memory-shortage.ts';
import { formatBytes } from '../units/format.ts';

/** What is known of a case that failed for want of memory. Bytes; null: not known. */
export interface MemorySituation {
  readonly device: string;
  readonly place: MemoryPlace;
  readonly backend: string;
  readonly batchSize: number;
  readonly precision: string;
  /** How the backend carries out each precision. */
  readonly precisions: Readonly<Record<string, string>>;
  readonly neededBytes: number | null;
  readonly freeBytes: number | null;
  readonly totalBytes: number | null;
  /** All that the case can have: what is free when its process has ended, or the limit that it met. */
  readonly budgetBytes: number | null;
  /** From the graph: of the weights, and of the values at each batch size. */
  readonly graph: { readonly weightBytes: number; readonly valueBytes: ReadonlyMap<number, number> } | null;
  /** Bytes that the allocator of PyTorch holds without using them. */
  readonly idleBytes: number | null;
  readonly holders: readonly MemoryHolder[];
}

export interface MemoryAdvice {
  /** The batch size to take; null: no smaller one is likely to help. */
  readonly batchSize: number | null;
  /** Why there is none. */
  readonly reason: { readonly code: string; readonly message: string } | null;
  readonly precisions: readonly string[];
  /** Sentences, the first one first. */
  readonly remedies: readonly string[];
}

/** Of what there is, a case is planned to take so much: engines keep something beside, and free memory changes. */
const usableShare = 0.9;

/** More than any machine has: such a size comes from a shape that is wrong. */
const absurdBytes = 2 ** 50;

const elementBytes: Readonly<Record<string, number>> = { fp32: 4, tf32: 4, fp16: 2, bf16: 2, int8: 1 };

/** Batch sizes below one that failed that are worth a try, the largest first: halves of it, down to 1. */
export function smallerBatches(batchSize: number): readonly number[] {
  const sizes: number[] = [];
  for (let size = Math.floor(batchSize / 2); size >= 1; size = Math.floor(size / 2)) sizes.push(size);
  return sizes;
}

/** What to change, worked out from what the case needed and what there was. */
export function adviseOnMemory(situation: MemorySituation): MemoryAdvice {
  const { neededBytes, precision, precisions } = situation;
  if (neededBytes !== null && neededBytes >= absurdBytes) {
    const message = `${formatBytes(neededBytes)} in one piece is more than any machine has: a shape is wrong.`;
    const remedy = `${message} Look at the shapes: npx dyno model inspect.`;
    return { batchSize: null, reason: { code: 'SHAPE_WRONG', message }, precisions: [], remedies: [remedy] };
  }
  const { batchSize, reason, text } = batchFor(situation);
  const smaller = Object.keys(precisions).filter(
    (name) =>
      precisions[name] === 'native' &&
      (elementBytes[name] ?? Number.POSITIVE_INFINITY) < (elementBytes[precision] ?? Number.POSITIVE_INFINITY),
  );
  const ofPrecision =
    smaller.length === 0
      ? []
      : [`Take a smaller precision, which this backend computes in: --precision ${smaller.join(' or ')}.`];
  return {
    batchSize,
    reason,
    precisions: smaller,
    remedies: [text, ...ofPrecision, ...ofPlace(situation), ...ofHolders(situation), ...ofPools(situation)],
  };
}

/**
 * The largest of the smaller batch sizes that fits. What a batch size needs is taken from the graph, times what the failed one is known to have
 * needed over what the graph says of it: it needed more than there was. Without a graph, all of it is taken to grow with the batch.
 */
function batchFor(situation: MemorySituation): Pick<MemoryAdvice, 'batchSize' | 'reason'> & { readonly text: string } {
  const { batchSize: failed, neededBytes, freeBytes, budgetBytes, graph, place } = situation;
  if (failed <= 1) {
    const message = 'The batch is one item already.';
    return { batchSize: null, reason: { code: 'SMALLEST_BATCH', message }, text: message };
  }
  const sizes = smallerBatches(failed);
  if (place === 'buffer' && neededBytes !== null && budgetBytes !== null) {
    const fitting = sizes.find((size) => (neededBytes * size) / failed <= budgetBytes) ?? null;
    if (fitting === null) return tooLarge('not even one item fits into the largest buffer that the device allows');
    const text = `Take --batch-size ${fitting}: its largest buffer is about ${formatBytes((neededBytes * fitting) / failed)}.`;
    return { batchSize: fitting, reason: null, text };
  }
  const valuesOfFailed = graph?.valueBytes.get(failed);
  if (graph === null || valuesOfFailed === undefined || budgetBytes === null) {
    const half = Math.floor(failed / 2);
    const text = `Take --batch-size ${half}, half of ${failed}: how much it needs could not be worked out.`;
    return { batchSize: half, reason: null, text };
  }
  const projected = graph.weightBytes + valuesOfFailed;
  const taken = freeBytes === null ? 0 : Math.max(0, budgetBytes - freeBytes);
  // The failed batch needed more than all there was, and at least what it had taken and the request on top.
  const factor = Math.max(1, budgetBytes / projected, (taken + (neededBytes ?? 0)) / projected);
  const needOf = (size: number): number => factor * (graph.weightBytes + (graph.valueBytes.get(size) ?? 0));
  const fitting = sizes.find((size) => graph.valueBytes.has(size) && needOf(size) <= usableShare * budgetBytes);
  if (fitting === undefined) {
    return tooLarge(
      `one item needs about ${formatBytes(needOf(1))} (projected), ${formatBytes(factor * graph.weightBytes)} of it for weights, and ${formatBytes(budgetBytes)} can be had`,
    );
  }
  const text = `Take --batch-size ${fitting}: it needs about ${formatBytes(needOf(fitting))} (projected from the graph) of the ${formatBytes(budgetBytes)} that can be had.`;
  return { batchSize: fitting, reason: null, text };
}

function tooLarge(why: string): ReturnType<typeof batchFor> {
  const message = `A smaller batch is not likely to help: ${why}.`;
  return { batchSize: null, reason: { code: 'MODEL_TOO_LARGE', message }, text: message };
}

function ofPlace({ place, device, totalBytes, backend }: MemorySituation): readonly string[] {
  const limit = totalBytes === null ? '' : `, ${formatBytes(totalBytes)}`;
  switch (place) {
    case 'control_group':
      return [`Raise the limit of the container${limit} (docker run --memory, or memory.max of its control group).`];
    case 'address_space':
      return [`Raise the limit of the address space${limit}: ulimit -v unlimited, in the shell that starts dyno.`];
    case 'arena':
      return device === 'host'
        ? []
        : [
            'Raise the limit of the pool: gpu_mem_limit, in bytes, among adaptation.provider_options of the hardware profile.',
          ];
    case 'heap':
      return ['Give Node.js a larger heap: export NODE_OPTIONS=--max-old-space-size=4096 (MiB).'];
    case 'webassembly':
      return backend === 'wasm' ? ['Take --backend ort-cpu, which has all of the memory of the machine.'] : [];
    case 'buffer':
      return [];
    case 'memory':
      return device === 'host' ? ['See what else takes memory of the machine: ps aux --sort=-rss | head.'] : [];
  }
}

function ofHolders({ holders, device }: MemorySituation): readonly string[] {
  if (holders.length === 0) return [];
  const named = [...holders]
    .sort((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0))
    .slice(0, 5)
    .map(({ pid, name, bytes }) => {
      const size = bytes === null ? '' : ` with ${formatBytes(bytes)}`;
      return `${name ?? 'a process'} (${pid})${size}`;
    });
  const more = holders.length > named.length ? ` and ${holders.length - named.length} more` : '';
  return [`End what else holds memory of ${device}: ${named.join(', ')}${more}.`];
}

/** Pools take more than was asked of them. */
function ofPools({ backend, device, place, idleBytes, neededBytes }: MemorySituation): readonly string[] {
  if (idleBytes !== null && neededBytes !== null && idleBytes >= neededBytes) {
    return [
      `PyTorch holds ${formatBytes(idleBytes)} in pieces that are too small: export PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True.`,
    ];
  }
  // Of the two, only Python's ONNX Runtime hands this on to its provider.
  const hasPool = backend === 'python-onnxruntime-cuda' && device !== 'host' && place === 'memory';
  return hasPool
    ? [
        'Let the pool of ONNX Runtime grow by what is asked for and not by doubling: arena_extend_strategy: kSameAsRequested, among adaptation.provider_options of the hardware profile.',
      ]
    : [];
}
