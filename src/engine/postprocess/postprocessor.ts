import type { PostprocessSettings } from '../settings.ts';
import { type Answer, noAnswer } from './answer.ts';
import { createClassify } from './classify.ts';
import { createCtc } from './ctc.ts';
import { createDb } from './db.ts';
import { createDetect } from './detect.ts';
import type { Outputs } from './outputs.ts';

/** From the raw outputs of a query, by name, to an answer for each of its items. */
export type Postprocessor = (outputs: Outputs) => readonly Answer[];

/**
 * The postprocessing that `settings` describe, for queries of `batchSize` items. What each kind reads and answers is said where it is
 * made: `createClassify`, `createCtc`, `createDb`, `createDetect`.
 *
 * Every one throws `OUTPUT_NOT_FINITE` with the place when a number that it reads is NaN or infinite.
 * @throws InputError `POSTPROCESS_INVALID` when a setting is out of its range or names an output that does not exist; when run, for an
 *   output of another shape or type than the kind reads.
 */
export function createPostprocessor(
  settings: PostprocessSettings,
  outputNames: readonly string[],
  batchSize: number,
): Postprocessor {
  switch (settings.kind) {
    case 'none': {
      const none = new Array<Answer>(batchSize).fill(noAnswer);
      return () => none;
    }
    case 'classify':
      return createClassify(settings, outputNames, batchSize);
    case 'ctc':
      return createCtc(settings, outputNames, batchSize);
    case 'db':
      return createDb(settings, outputNames, batchSize);
    case 'detect':
      return createDetect(settings, outputNames, batchSize);
  }
}
