import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CtcSettings, DbSettings, DetectSettings, PostprocessSettings } from '../engine/settings.ts';
import { errorText, InputError } from '../kernel/errors.ts';
import type { PostprocessFile } from './postprocess-schema.ts';

type Kind<K extends PostprocessFile['kind']> = Extract<PostprocessFile, { kind: K }>;

/**
 * Postprocessing with everything filled in. Left out, it is `classify` where a metric counts classes, else none.
 * @param folder The folder of the suite, from which the path of a character list counts.
 * @throws InputError `CHARACTERS_INVALID` when that list cannot be read or is none.
 */
export function settlePostprocess(
  file: PostprocessFile | undefined,
  metric: 'top1' | 'top5' | null,
  folder: string,
): PostprocessSettings {
  if (file === undefined && metric === null) return { kind: 'none' };
  switch (file?.kind) {
    case undefined:
    case 'classify': {
      const { output = null, softmax = true, top_k = metric === 'top5' ? 5 : 1 } = file ?? {};
      return { kind: 'classify', output, softmax, topK: top_k };
    }
    case 'none':
      return { kind: 'none' };
    case 'ctc':
      return settleCtc(file, folder);
    case 'db':
      return settleDb(file);
    case 'detect':
      return settleDetect(file);
  }
}

function settleCtc({ output, characters, softmax, beam_width }: Kind<'ctc'>, folder: string): CtcSettings {
  return {
    kind: 'ctc',
    output: output ?? null,
    characters:
      typeof characters === 'string'
        ? Array.from(characters)
        : readCharacters(resolve(folder, characters.file), characters.space ?? false),
    softmax: softmax ?? false,
    beamWidth: beam_width ?? 1,
  };
}

/** The lines of a file, each a character (or what the model has as one); a blank after them where `space` says so. */
function readCharacters(path: string, space: boolean): string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new InputError('CHARACTERS_INVALID', `${path}: the characters cannot be read (${errorText(cause)}).`, {
      cause,
    });
  }
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  // The last line ends in a line break, or does not: no character either way.
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0)
    throw new InputError('CHARACTERS_INVALID', `${path}: expected a character a line, got an empty file.`);
  const empty = lines.indexOf('');
  if (empty >= 0) {
    throw new InputError(
      'CHARACTERS_INVALID',
      `${path}:${empty + 1}: expected a character, got an empty line. Take it out, or write the character that the class stands for.`,
    );
  }
  return space ? [...lines, ' '] : lines;
}

function settleDb(file: Kind<'db'>): DbSettings {
  return {
    kind: 'db',
    output: file.output ?? null,
    threshold: file.threshold ?? 0.3,
    boxThreshold: file.box_threshold ?? 0.6,
    unclipRatio: file.unclip_ratio ?? 1.5,
    minSize: file.min_size ?? 3,
    maxCandidates: file.max_candidates ?? 1000,
  };
}

function settleDetect(file: Kind<'detect'>): DetectSettings {
  const { soft } = file;
  return {
    kind: 'detect',
    boxes: file.boxes ?? null,
    scores: file.scores ?? null,
    layout: file.layout ?? 'rows',
    objectness: file.objectness ?? false,
    boxFormat: file.box_format ?? 'xyxy',
    normalized: file.normalized ?? false,
    scoreThreshold: file.score_threshold ?? 0.25,
    iouThreshold: file.iou_threshold ?? 0.45,
    maxDetections: file.max_detections ?? 300,
    perClass: file.per_class ?? true,
    soft: soft?.method === 'gaussian' ? { method: 'gaussian', sigma: soft.sigma ?? 0.5 } : (soft ?? null),
    activation: file.activation ?? 'none',
    background: file.background ?? null,
  };
}
