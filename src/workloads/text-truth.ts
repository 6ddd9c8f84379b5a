import { readFileSync } from 'node:fs';
import type { TruthLine } from '../engine/proof/truth.ts';
import type { Quad } from '../engine/quad.ts';
import { errorText, InputError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';

/** PaddleOCR writes this where the text cannot be read. */
const illegible = '###';

/**
 * The lines of text that each image shows, in the order of `files`, from a text file with lines `name<TAB>text`, as PaddleOCR has its label
 * files: a line a line of text, or, in place of the text, all lines of a page with their corners:
 *
 *     receipt-1.jpg	Total 12.50
 *     receipt-2.jpg	[{"transcription": "Total 12.50", "points": [[10, 20], [110, 20], [110, 40], [10, 40]]}]
 *
 * A name that stands several times has several lines of text, in reading order. A path in front of a name is passed over, as are blank lines.
 * Throws `TRUTH_INVALID` with file and line for a line of another form, an image that is not there or has both forms, and with the
 * name for an image without text.
 */
export function readTextTruth(path: string, files: readonly string[]): TruthLine[][] {
  const found = new Map<string, TruthLine[]>(files.map((name) => [name, []]));
  for (const [index, line] of readLines(path).entries()) {
    if (line.trim() === '') continue;
    const where = `${path}:${index + 1}`;
    const [, name, text] = /^(?:[^\t]*[\\/])?([^\t\\/]+)\t(.*)$/.exec(line) ?? [];
    if (name === undefined || text === undefined || text.trim() === '') {
      throw new InputError(
        'TRUTH_INVALID',
        `${where}: expected the name of an image, a tab and its text, got ${JSON.stringify(shortened(line))}.`,
      );
    }
    const lines = found.get(name);
    if (lines === undefined) {
      const near = nearest(name, files);
      const hint = near === null ? 'Take the line out, or add the image.' : `Did you mean "${near}"?`;
      throw new InputError('TRUTH_INVALID', `${where}: there is no image "${name}". ${hint}`);
    }
    lines.push(...(text.startsWith('[{') ? placedLines(text, where) : [{ text, box: null }]));
    if (new Set(lines.map(({ box }) => box === null)).size > 1)
      throw new InputError('TRUTH_INVALID', `${where}: some lines of "${name}" have corners and others not. Give all.`);
  }
  const missing = files.filter((name) => found.get(name)?.length === 0);
  if (missing[0] !== undefined) {
    throw new InputError(
      'TRUTH_INVALID',
      `${path}: "${missing[0]}" has no text (${missing.length} of ${files.length} images have none). Add a line for each.`,
    );
  }
  return files.map((name) => found.get(name) ?? []);
}

function placedLines(json: string, where: string): TruthLine[] {
  let lines: unknown;
  try {
    lines = JSON.parse(json);
  } catch (cause) {
    throw new InputError('TRUTH_INVALID', `${where}: the list of lines is no JSON (${errorText(cause)}).`, { cause });
  }
  return (lines as unknown[]).map((line, index) => placedLine(line, `${where}: line of text ${index + 1}`));
}

function placedLine(line: unknown, where: string): TruthLine {
  const { transcription, points } = (line ?? {}) as { transcription?: unknown; points?: unknown };
  if (typeof transcription !== 'string' || transcription === '' || !isCorners(points)) {
    throw new InputError(
      'TRUTH_INVALID',
      `${where}: expected {"transcription": text, "points": [[x, y], [x, y], [x, y], [x, y]]}, clockwise from the top left of the text, got ${shortened(JSON.stringify(line))}.`,
    );
  }
  if (transcription === illegible) {
    throw new InputError(
      'TRUTH_INVALID',
      `${where}: its text is "${illegible}", illegible: what is read there could only be counted as wrong. Write the text, or leave the image out.`,
    );
  }
  return { text: transcription, box: points.flat() as unknown as Quad };
}

function isCorners(points: unknown): points is [number, number][] {
  const isPoint = (point: unknown) => Array.isArray(point) && point.length === 2 && point.every(Number.isFinite);
  return Array.isArray(points) && points.length === 4 && points.every(isPoint);
}

function shortened(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/);
  } catch (cause) {
    throw new InputError('TRUTH_INVALID', `${path}: the true text cannot be read (${errorText(cause)}).`, { cause });
  }
}
