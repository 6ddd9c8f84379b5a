import type { ModelCost } from './known-models.ts';

/** What bounds a device: operations and bytes a second at most, and bytes of an element of the precision. */
export interface Roof {
  readonly peakOperationsPerSecond: number;
  readonly bandwidthBytesPerSecond: number;
  readonly bytesOfElement: number;
}

/** Queries that an engine decodes at once when many wait. A round figure: what it is wrong by is part of an efficiency. */
const decodedTogether = 128;

/**
 * Seconds an item at the roof of a device when items are many: operations ÷ peak (Williams, Waterman and Patterson, "Roofline", CACM 52(4),
 * 2009), the traffic of layers left to the efficiency. A decoder has two phases one after the other: it reads at the peak and writes token by
 * token, where weights (shared by what is decoded together) and the cache of the item pass through memory.
 */
export function boundSecondsPerItem(model: ModelCost, roof: Roof): number {
  return secondsPerItem(model, roof, decodedTogether);
}

/** The same for a query on its own: its weights pass through memory for it alone. */
export function boundSecondsAlone(model: ModelCost, roof: Roof): number {
  const weights = (model.parameters * roof.bytesOfElement) / roof.bandwidthBytesPerSecond;
  return model.decoding === null ? secondsPerItem(model, roof, 1) + weights : secondsPerItem(model, roof, 1);
}

function secondsPerItem(model: ModelCost, roof: Roof, together: number): number {
  const computing = model.operationsPerItem / roof.peakOperationsPerSecond;
  if (model.decoding === null) return computing;
  const { tokensRead, tokensWritten, cacheElementsPerToken } = model.decoding;
  const share = tokensWritten / (tokensRead + tokensWritten);
  const cached = cacheElementsPerToken * (tokensRead + tokensWritten / 2);
  const bytesPerToken = (model.parameters / together + cached) * roof.bytesOfElement;
  const moving = (tokensWritten * bytesPerToken) / roof.bandwidthBytesPerSecond;
  return computing * (1 - share) + Math.max(computing * share, moving);
}
