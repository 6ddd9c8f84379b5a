import type { Decoding, ModelCost } from './known-models.ts';

/** What bounds a device: operations and bytes a second at most, bytes of an element of the precision, and its memory where it is stated. */
export interface Roof {
  readonly peakOperationsPerSecond: number;
  readonly bandwidthBytesPerSecond: number;
  readonly bytesOfElement: number;
  readonly memoryBytes: number | null;
}

/**
 * Seconds an item at the roof of a device when items are many: operations ÷ peak (Williams, Waterman and Patterson, "Roofline", CACM 52(4),
 * 2009), the traffic of layers left to the efficiency. A decoder has two phases one after the other: it reads at the peak and writes token by
 * token, where weights (shared by what is decoded together) and the cache of the item pass through memory.
 */
export function boundSecondsPerItem(model: ModelCost, roof: Roof): number {
  const { decoding } = model;
  return decoding === null
    ? computing(model, roof)
    : decodingSeconds(model, decoding, roof, together(model, decoding, roof));
}

/** The same for a query on its own: its weights pass through memory for it alone. */
export function boundSecondsAlone(model: ModelCost, roof: Roof): number {
  if (model.decoding !== null) return decodingSeconds(model, model.decoding, roof, 1);
  return computing(model, roof) + (model.parameters * roof.bytesOfElement) / roof.bandwidthBytesPerSecond;
}

function computing({ operationsPerItem }: ModelCost, roof: Roof): number {
  return operationsPerItem / roof.peakOperationsPerSecond;
}

function decodingSeconds(model: ModelCost, decoding: Decoding, roof: Roof, shared: number): number {
  const { tokensRead, tokensWritten, beams, cacheElementsPerToken } = decoding;
  const share = (beams * tokensWritten) / (tokensRead + beams * tokensWritten);
  const cached = cacheElementsPerToken * (tokensRead + (beams * tokensWritten) / 2);
  const bytesPerToken = (model.parameters / shared + cached) * roof.bytesOfElement;
  const moving = (tokensWritten * bytesPerToken) / roof.bandwidthBytesPerSecond;
  return computing(model, roof) * (1 - share) + Math.max(computing(model, roof) * share, moving);
}

/** Sequences that schedulers of engines decode together at most, where memory has room for more. A round figure. */
const mostTogether = 1024;
/** Systems that figures are published of have up to so many devices. */
const mostDevices = 8;

/**
 * Items that are decoded together when many wait: as many as their caches have room for beside the weights, in as few devices (1, 2, 4 or 8) as
 * hold the weights in half of their memory. It is this that a small memory costs. An unknown memory has room for all.
 */
function together(model: ModelCost, decoding: Decoding, { memoryBytes, bytesOfElement }: Roof): number {
  if (memoryBytes === null) return mostTogether;
  const weights = model.parameters * bytesOfElement;
  let devices = 1;
  while (devices < mostDevices && devices * memoryBytes < 2 * weights) devices *= 2;
  const tokens = decoding.tokensRead + decoding.beams * decoding.tokensWritten;
  const room = devices * memoryBytes - weights;
  return Math.max(1, Math.min(mostTogether, room / (decoding.cacheElementsPerToken * tokens * bytesOfElement)));
}
