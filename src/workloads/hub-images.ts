import { InputError } from '../kernel/errors.ts';
import type { WorkloadCache } from './cache.ts';
import { type ImageTruth, packImageFolder } from './image-folder.ts';
import type { ImagePack } from './image-pack.ts';
import type { MetricName, PreparedWorkload } from './prepared-workload.ts';

/** Images of the user's own for a workload of the hub. Paths are absolute. */
export interface HubImages extends ImageTruth {
  /** Name of the workload of the hub. */
  readonly workload: string;
  readonly folder: string;
}

/** What each metric is taken against. */
const judgedBy: Readonly<Record<MetricName, keyof ImageTruth>> = {
  top1: 'labels',
  top5: 'labels',
  character_accuracy: 'truth',
  box_recall: 'truth',
};

const meaning = { labels: 'a class for each image', truth: 'the text of each image' } as const;

/**
 * A workload of the hub on other images than its own: same models, same pre- and postprocessing, same metric where it can be taken.
 * @throws InputError `DATA_UNSUPPORTED` for a workload that is not fed images, `TRUTH_UNUSED` for a file that it is not judged by,
 *   `TRUTH_INVALID` where boxes are missing that it is judged by, and what reading the images throws.
 */
export async function withOwnImages(
  name: string,
  workload: PreparedWorkload,
  images: HubImages,
  cache: WorkloadCache,
): Promise<PreparedWorkload> {
  if (workload.data.kind !== 'images') {
    throw new InputError(
      'DATA_UNSUPPORTED',
      `Workload "${name}": "${images.workload}" is not fed images. Name one that is, such as ocr, or give the model itself: \`model: FILE\`.`,
    );
  }
  const { kind } = workload.metric;
  if (kind !== null) refuseUnused(name, images, kind);
  const pack = await packImageFolder(images.folder, images, cache);
  if (kind === 'box_recall') refuseWithoutBoxes(images, pack);
  const isKnown = kind !== null && images[judgedBy[kind]] !== null;
  return {
    ...workload,
    name,
    data: { kind: 'images', ...pack },
    metric:
      isKnown || kind === null
        ? workload.metric
        : { kind: null, code: 'NO_LABELS', need: `\`${judgedBy[kind]}\` in \`data\`: ${meaning[judgedBy[kind]]}` },
  };
}

function refuseUnused(name: string, images: HubImages, metric: MetricName): void {
  const wanted = judgedBy[metric];
  const other = wanted === 'labels' ? 'truth' : 'labels';
  if (images[other] === null) return;
  throw new InputError(
    'TRUTH_UNUSED',
    `Workload "${name}": "${images.workload}" is judged by ${metric}, which needs \`${wanted}\` (${meaning[wanted]}), not \`${other}\`. Give that instead.`,
  );
}

function refuseWithoutBoxes({ truth, workload }: HubImages, pack: ImagePack): void {
  if (pack.truth?.flat().every(({ box }) => box !== null) !== false) return;
  throw new InputError(
    'TRUTH_INVALID',
    `${truth}: "${workload}" is judged by the boxes that it finds, but the text has no corners. Write them as [{"transcription": …, "points": …}] behind the tab.`,
  );
}
