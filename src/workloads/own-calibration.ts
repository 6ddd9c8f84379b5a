import { DataImage } from '../engine/preprocess/data-image.ts';
import { modelInputs } from '../graph/model-values.ts';
import { readModel } from '../graph/onnx-file.ts';
import { sha256 } from '../kernel/content-hash.ts';
import { InputError } from '../kernel/errors.ts';
import type { WorkloadCache } from './cache.ts';
import { packImageFolder } from './image-folder.ts';
import { openItems } from './load-items.ts';
import { npyItems } from './npy-folder.ts';
import type { OwnData, OwnWorkload } from './own-workload.ts';
import type { PreparedData, PreparedWorkload } from './prepared-workload.ts';
import type { Calibration } from './workload.ts';

/** Of more, so many at even distances: ranges hardly change behind some hundreds, and every item is a run of the model. */
const mostItems = 512;

/**
 * Calibration data that the user gave.
 * @throws InputError `CALIBRATION_OVERLAPS` when accuracy is taken on some of them, and what reading the files throws.
 */
export async function ownCalibration(
  { kind, folder, inputs }: Omit<OwnData, 'labels'>,
  definition: Pick<OwnWorkload, 'model'>,
  workload: PreparedWorkload,
  cache: WorkloadCache,
): Promise<Calibration> {
  const data: PreparedData =
    kind === 'images'
      ? { kind, ...(await packImageFolder(folder, { labels: null, truth: null }, cache)) }
      : npyItems(modelInputs(readModel(definition.model)), folder, inputs, null).data;
  if (workload.data.kind !== 'generated' && workload.data.labels !== null) {
    await refuseOverlap(folder, { ...workload, data }, workload);
  }
  const items = Math.min(mostItems, data.items);
  const of = items === data.items ? '' : ` of the ${data.items}`;
  return { what: `${items}${of} items of the workload's \`calibration\``, data, items };
}

/** Ranges that were taken from an item suit it better than any other: its accuracy would be flattered. */
async function refuseOverlap(folder: string, calibration: PreparedWorkload, measured: PreparedWorkload): Promise<void> {
  const known = new Set(await itemHashes(measured));
  const shared = (await itemHashes(calibration)).filter((hash) => known.has(hash)).length;
  if (shared === 0) return;
  throw new InputError(
    'CALIBRATION_OVERLAPS',
    `${folder}: ${shared} of the ${calibration.data.items} items to calibrate with are among those that the accuracy of "${measured.name}" is taken on. Give others.`,
  );
}

/** Of the items as they stand in their files. */
async function itemHashes(workload: PreparedWorkload): Promise<string[]> {
  const items = await openItems({ ...workload, preprocess: null });
  try {
    const hashes: string[] = [];
    for (let index = 0; index < items.count; index++) {
      const item = await items.item(index);
      if (item instanceof DataImage) throw new Error('Images know their place in the data where they are augmented.');
      const parts = item instanceof Uint8Array ? [item] : Object.values(item).map(({ data }) => bytesOf(data));
      hashes.push(parts.map(sha256).join(' '));
    }
    return hashes;
  } finally {
    await items.close();
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
