import { DynoError } from '../kernel/errors.ts';
import type { Registry } from '../kernel/registry.ts';
import { WorkloadCache } from './cache.ts';
import { type HubImages, withOwnImages } from './hub-images.ts';
import { type OperatorWorkload, prepareOperatorWorkload } from './operator-workload.ts';
import { type OwnWorkload, prepareOwnWorkload } from './own-workload.ts';
import type { PreparedWorkload } from './prepared-workload.ts';
import type { Workload } from './workload.ts';

/** A workload as a plan asks for it: a name of the hub, with or without images of the user's own, the definition of one, or a single operator. */
export interface WorkloadRequest {
  readonly name: string;
  readonly kind: 'hub' | 'own' | 'operator' | 'hub_images';
  readonly definition: OwnWorkload | null;
  readonly operator?: OperatorWorkload;
  readonly images?: HubImages;
}

/**
 * Makes a workload ready: builds its model and packs its data into the cache where they are not there yet.
 * Throws `InputError` with what to do: an unknown name, a model or data that cannot be used, a cache that cannot be written.
 */
export async function prepareWorkload(
  request: WorkloadRequest,
  hub: Registry<Workload>,
  cacheFolder: string,
): Promise<PreparedWorkload> {
  const cache = new WorkloadCache(cacheFolder);
  if (request.kind === 'hub') return fromHub(hub.get(request.name), cache);
  if (request.operator !== undefined) return prepareOperatorWorkload(request.name, request.operator, cache);
  if (request.images !== undefined) {
    const workload = await fromHub(hub.get(request.images.workload), cache);
    return withOwnImages(request.name, workload, request.images, cache);
  }
  if (request.definition === null) {
    throw new DynoError(
      'PLAN_INVALID',
      `The workload "${request.name}" of the plan is the user's own, but is not defined.`,
    );
  }
  return prepareOwnWorkload(request.definition, cache);
}

/** A workload of a plug-in is JavaScript that no compiler has seen: one that knows nothing of chains has none. */
async function fromHub(workload: Workload, cache: WorkloadCache): Promise<PreparedWorkload> {
  const prepared: Omit<PreparedWorkload, 'chain'> & Partial<Pick<PreparedWorkload, 'chain'>> =
    await workload.prepare(cache);
  return { ...prepared, chain: prepared.chain ?? null };
}
