import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { OperatorFile, RawPicture } from '../engine/operators/operator-file.ts';
import { sampleFile } from '../engine/operators/sample-files.ts';
import { timedOperators } from '../engine/operators/timed-operators.ts';
import { decodePicture } from '../engine/preprocess/decode.ts';
import type { Picture } from '../engine/preprocess/picture.ts';
import { DynoError } from '../kernel/errors.ts';
import type { CacheEntry, WorkloadCache } from './cache.ts';
import { photographs } from './photographs.ts';
import type { PreparedWorkload } from './prepared-workload.ts';

/** A single operator of preprocessing, with all of its parameters. */
export interface OperatorWorkload {
  readonly operator: string;
  readonly parameters: OperatorFile['parameters'];
  readonly image: { readonly width: number; readonly height: number };
}

/** Pictures in an entry: the one that is worked on, and as many others as an operator mixes in at most. */
const pictureCount = 4;

const queryCount = 64;

/**
 * Makes a single operator ready to be timed: writes the file that the backend `operators` loads, and the picture that it works on, a
 * bundled photograph scaled to the size asked for.
 */
export async function prepareOperatorWorkload(
  name: string,
  { operator, parameters, image }: OperatorWorkload,
  cache: WorkloadCache,
): Promise<PreparedWorkload> {
  const pictures = await scaledPhotographs(image, cache);
  const ingredients = { version: 1, operator, parameters, image, pictures: photographs.ingredients };
  const entry = await cache.entry<null>({
    name: `operator-${operator.replaceAll('_', '-')}`,
    ingredients,
    async build(folder) {
      const known = timedOperators.get(operator);
      let encoded: string | null = null;
      if (known?.stage === 'decode') {
        encoded = `sample.${known.format}`;
        writeFileSync(join(folder, encoded), await sampleFile(known.format, await scaledPhotograph(image, 0)));
      }
      const file: OperatorFile = { operator, parameters, encoded, pictures: beside(pictures) };
      writeFileSync(join(folder, modelName), `${JSON.stringify(file)}\n`);
      return null;
    },
  });
  const model = entry.files[modelName];
  if (model === undefined)
    throw new DynoError('MODEL_NOT_BUILT', `The entry of the operator ${operator} has no ${modelName}.`);
  return {
    name,
    model: {
      name: operator,
      ...model,
      weights: 'unknown',
      parameters: null,
      multiplyAdds: null,
      source: 'an operator of Dyno',
      licence: null,
    },
    inputs: [{ name: 'item', type: 'int32', itemShape: [1], batchAxis: null }],
    data: {
      kind: 'generated',
      seed: 1,
      items: queryCount,
      ranges: { item: { kind: 'integers', low: 0, high: 2 ** 31 - 1 } },
    },
    preprocess: null,
    postprocess: { kind: 'none' },
    metric: { kind: null, code: 'NO_MODEL', need: 'a model, whose answers are right or wrong' },
    chain: null,
  };
}

const modelName = 'operator.json';

/** Raw pictures, once for all operators that work on this size. */
function scaledPhotographs(
  image: OperatorWorkload['image'],
  cache: WorkloadCache,
): Promise<CacheEntry<readonly RawPicture[]>> {
  return cache.entry<readonly RawPicture[]>({
    name: 'operator-pictures',
    ingredients: { version: 1, image, pictureCount, pictures: photographs.ingredients },
    async build(folder) {
      const written: RawPicture[] = [];
      for (let index = 0; index < pictureCount; index++) {
        const { pixels, width, height, channels } = await scaledPhotograph(image, index);
        const file = `${index}.raw`;
        writeFileSync(join(folder, file), pixels);
        written.push({ file, width, height, channels });
      }
      return written;
    },
  });
}

/** The pictures as the operator's own entry, which lies beside theirs in the cache, names them. */
function beside({ files, facts }: CacheEntry<readonly RawPicture[]>): RawPicture[] {
  return facts.map((picture) => {
    const path = files[picture.file]?.path;
    if (path === undefined)
      throw new DynoError('MODEL_NOT_BUILT', `The pictures of operators have no ${picture.file}.`);
    return { ...picture, file: join('..', basename(dirname(path)), picture.file) };
  });
}

async function scaledPhotograph({ width, height }: OperatorWorkload['image'], wanted: number): Promise<Picture> {
  let index = 0;
  for await (const { bytes } of photographs.images()) {
    if (index++ !== wanted) continue;
    const resize = { width, height, mode: 'stretch', kernel: 'linear', shorterSide: null, padding: 0 } as const;
    return decodePicture(bytes, resize, () => `photograph ${wanted}`);
  }
  throw new DynoError('MODEL_NOT_BUILT', `There is no photograph ${wanted}.`);
}
