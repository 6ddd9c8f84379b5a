import { readFileSync } from 'node:fs';
import { errorText, InputError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';

/**
 * The class of each file, in the order of `files`, from a text file with a line `name class` or `name,class` for each; classes are
 * whole numbers from 0, as the model counts its scores. Blank lines, lines that start with `#` and a first line `file,label` are passed over.
 * Throws `LABELS_INVALID` with file and line for a line of another form, a file that is not there, a file named twice, and with
 * the name for a file without a label.
 */
export function readLabels(path: string, files: readonly string[]): number[] {
  const known = new Set(files);
  const labels = new Map<string, number>();
  for (const [index, line] of readLines(path).entries()) {
    const text = line.trim();
    if (
      text === '' ||
      text.startsWith('#') ||
      (index === 0 && /^(file|name|image|filename)\s*[,\s]\s*(label|class)$/i.test(text))
    )
      continue;
    const where = `${path}:${index + 1}`;
    // The class is what stands behind the last comma or blank: names may hold both.
    const parts = /^(.*?)\s*[,\s]\s*([^,\s]+)$/.exec(text);
    const [, name, label] = parts ?? [];
    if (name === undefined || label === undefined || !/^\d+$/.test(label)) {
      throw new InputError(
        'LABELS_INVALID',
        `${where}: expected a file name and a class from 0 on, such as "cat.jpg 281", got "${text}".`,
      );
    }
    if (!known.has(name)) {
      const near = nearest(name, files);
      const hint = near === null ? 'Take the line out, or add the file.' : `Did you mean "${near}"?`;
      throw new InputError('LABELS_INVALID', `${where}: there is no data file "${name}". ${hint}`);
    }
    if (labels.has(name))
      throw new InputError('LABELS_INVALID', `${where}: "${name}" has a label already. Keep one of the lines.`);
    labels.set(name, Number(label));
  }
  return files.map((name) => {
    const label = labels.get(name);
    if (label !== undefined) return label;
    const missing = files.filter((file) => !labels.has(file)).length;
    throw new InputError(
      'LABELS_INVALID',
      `${path}: "${name}" has no label (${missing} of ${files.length} files have none). Add a line for each.`,
    );
  });
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/);
  } catch (cause) {
    throw new InputError('LABELS_INVALID', `${path}: the labels cannot be read (${errorText(cause)}).`, { cause });
  }
}
