import type { SealedFile } from '../src/results/events.ts';

export function storeScaleRun(
  folder: string,
  queries: number,
  rounds: number,
  seal?: (segment: string, parquet: string) => Promise<SealedFile>,
): Promise<void>;
