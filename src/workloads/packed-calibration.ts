import type { WorkloadCache } from './cache.ts';
import { type PackSource, packImages } from './image-pack.ts';
import type { Calibration } from './workload.ts';

/** Calibration with all images of a pack, which is made at first use. `what` says in a few words what they are, without their number. */
export async function packedCalibration(source: PackSource, what: string, cache: WorkloadCache): Promise<Calibration> {
  const pack = await packImages(source, cache);
  return { what: `${pack.items} ${what}`, data: { kind: 'images', ...pack }, items: pack.items };
}
