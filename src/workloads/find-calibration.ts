import { InputError } from '../kernel/errors.ts';
import type { Registry } from '../kernel/registry.ts';
import { WorkloadCache } from './cache.ts';
import { ownCalibration } from './own-calibration.ts';
import type { WorkloadRequest } from './prepare-workload.ts';
import type { PreparedWorkload } from './prepared-workload.ts';
import type { Calibration, Workload } from './workload.ts';

/** Items of generated data: they differ in their draws alone, so that a few show what there is to see. */
const generatedItems = 16;

/** Items of data that are the workload's own. */
const ownItems = 128;

/**
 * What a workload is calibrated with: its own calibration data where it has some; of generated data, others from another seed; and where nobody
 * takes an accuracy that it could flatter, the workload's own data.
 * @throws InputError `CALIBRATION_NEEDED` where the only data are those that accuracy is taken on, `CALIBRATION_INVALID` when a plug-in answers
 *   with something else.
 */
export async function findCalibration(
  request: WorkloadRequest,
  workload: PreparedWorkload,
  hub: Registry<Workload>,
  cacheFolder: string,
): Promise<Calibration> {
  const cache = new WorkloadCache(cacheFolder);
  const ofHub = request.kind === 'hub' ? request.name : request.images?.workload;
  const own = ofHub === undefined ? undefined : await hub.get(ofHub).calibration?.(cache);
  if (own !== undefined) return checked(own, request.name);
  if (request.definition?.calibration !== undefined) {
    return ownCalibration(request.definition.calibration, request.definition, workload, cache);
  }

  const { data, metric } = workload;
  if (data.kind === 'generated') {
    const items = Math.min(generatedItems, data.items);
    return { what: `${items} items generated from another seed`, data: { ...data, seed: ~data.seed }, items };
  }
  const isJudged = metric.kind !== null || data.labels !== null;
  if (isJudged) {
    const remedy =
      request.kind === 'own'
        ? `Give others: \`calibration: { kind: ${data.kind}, folder: … }\`, 100 to 500 items without labels.`
        : 'Leave int8 out of `precision`, or have its plug-in bring a `calibration`.';
    throw new InputError(
      'CALIBRATION_NEEDED',
      `Workload "${request.name}": int8 needs data to calibrate with, and those that it has are what its accuracy is taken on. ${remedy}`,
    );
  }
  const items = Math.min(ownItems, data.items);
  return {
    what: `${items} of the ${data.items} items that are measured, which have no labels and so no accuracy`,
    data,
    items,
  };
}

/** Of a plug-in, which no compiler has seen. */
function checked(calibration: Calibration, workload: string): Calibration {
  const { what, data, items } = (calibration ?? {}) as Partial<Calibration>;
  const fits =
    typeof what === 'string' && typeof data?.kind === 'string' && Number.isInteger(items) && Number(items) > 0;
  if (fits) return calibration;
  throw new InputError(
    'CALIBRATION_INVALID',
    `Workload "${workload}": expected its calibration to answer { what: '100 texts', data, items: 100 }, got ${JSON.stringify(calibration)?.slice(0, 200)}. See docs/extending.md.`,
  );
}
