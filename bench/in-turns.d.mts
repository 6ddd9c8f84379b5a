import type { Backend, LoadOptions, Session } from '../src/engine/backends/backend.ts';
import type { Pipeline, PreparedQuery } from '../src/engine/pipeline.ts';
import type { Items } from '../src/workloads/load-items.ts';
import type { PreparedWorkload } from '../src/workloads/prepared-workload.ts';

export interface Arm {
  readonly name: string;
  readonly pipeline: Pick<Pipeline, 'infer'>;
  readonly query: PreparedQuery;
}

export function openArm(
  name: string,
  workload: PreparedWorkload,
  settings: {
    readonly backend: Backend;
    readonly options: Pick<LoadOptions, 'precision' | 'fusion'> & Partial<LoadOptions>;
    readonly batchSize: number;
    readonly items: Items;
  },
): Promise<Arm & { readonly session: Session; readonly pipeline: Pipeline }>;

export function timeInTurns(
  arms: readonly Arm[],
  rounds: number,
  now?: () => number,
): Promise<ReadonlyMap<string, readonly number[]>>;

export function ratioOf(
  seconds: ReadonlyMap<string, readonly number[]>,
  slow: string,
  fast: string,
): { readonly ratio: number; readonly low: number; readonly high: number };

export function ratioText(ratio: { readonly ratio: number; readonly low: number; readonly high: number }): string;

export function medianText(seconds: readonly number[]): string;
