import type { Cause } from '../results/events.ts';
import type { MemoryPlace, MemoryShortage } from '../results/memory-shortage.ts';
import { formatBytes } from '../units/format.ts';

/** Where memory was free, by what was full. */
const places: Readonly<Record<MemoryPlace, string>> = {
  memory: 'on this machine',
  control_group: 'in the container',
  address_space: 'in the address space (ulimit -v)',
  arena: 'in the memory pool of ONNX Runtime',
  buffer: 'in one buffer of WebGPU',
  webassembly: 'in WebAssembly',
  heap: 'in the heap of JavaScript',
};

/**
 * What was too little and what to take instead, in a line: `needed 2.1 GiB more, 410 MiB of 79.1 GiB free on gpu0: take --batch-size 4`. Of a
 * process that had ended before anybody looked, what is free then is said to be of then.
 */
export function memoryLine(memory: MemoryShortage): string {
  const { neededBytes, batchSize, precisions } = memory;
  const needed = neededBytes === null ? 'ran out of memory' : `needed ${formatBytes(neededBytes)} more`;
  const change =
    batchSize !== null
      ? `: take --batch-size ${batchSize}`
      : precisions.length > 0
        ? `: take --precision ${precisions.join(' or ')}`
        : '';
  return `${needed}, ${freeText(memory)}${change}`;
}

/** Why something failed, in a line with its code: in the words of the library, or, where memory ran out, what it needed and what there was. */
export function failureText({ code, message, memory }: Cause): string {
  return `${memory === undefined ? message : memoryLine(memory)} (${code})`;
}

/** What there was. */
function freeText({ device, place, freeBytes, freeAfterBytes, totalBytes, evidence }: MemoryShortage): string {
  const where = place === 'memory' && device !== 'host' ? `on ${device}` : places[place];
  const of = totalBytes === null ? '' : ` of ${formatBytes(totalBytes)}`;
  if (freeBytes !== null) {
    const least = evidence.free === 'samples' ? 'at the least ' : '';
    return `${least}${formatBytes(freeBytes)}${of} free ${where}`;
  }
  if (freeAfterBytes !== null) return `${formatBytes(freeAfterBytes)}${of} free ${where} once it had ended`;
  if (totalBytes !== null) return `${formatBytes(totalBytes)} is all there is ${where}`;
  return `how much was free ${where} is not known`;
}

/** What the graph is projected to need, in a sentence; empty where that is not known. */
export function projectedNeedText({ projected }: MemoryShortage): string {
  if (projected === null) return '';
  const { batchSize, weightBytes, valueBytes } = projected;
  const items = batchSize === 1 ? 'one item' : `a batch of ${batchSize}`;
  return `By its graph, ${items} needs about ${formatBytes(weightBytes + valueBytes)} (projected): ${formatBytes(weightBytes)} for weights and ${formatBytes(valueBytes)} for values.`;
}
