import { nearest } from '../kernel/nearest.ts';
import type { Path } from '../kernel/value-path.ts';
import type { StudyFile } from './study-schema.ts';

/**
 * The place that a name in dots stands for, such as `options.A100.machine.installation` or `facilities.hall.pue`: options and facilities go
 * by their names, which may have dots themselves. A text says what is wrong with it.
 */
export function studyPlace(study: StudyFile, text: string): Path | { readonly problem: string } {
  const [list = '', ...keys] = text.split('.');
  if (list !== 'options' && list !== 'facilities') return [list, ...keys];
  const known = list === 'options' ? study.options.map(({ name }) => name) : Object.keys(study.facilities ?? {});
  const rest = keys.join('.');
  const name = known
    .filter((one) => rest === one || rest.startsWith(`${one}.`))
    .sort((one, other) => other.length - one.length)[0];
  if (name === undefined) {
    const came = keys[0] ?? '';
    const near = nearest(came, known);
    const hint = near === null ? '' : ` Did you mean "${near}"?`;
    return { problem: `expected one of the ${list} (${known.join(', ')}), got ${JSON.stringify(came)}.${hint}` };
  }
  const inside = rest === name ? [] : rest.slice(name.length + 1).split('.');
  return [list, list === 'options' ? known.indexOf(name) : name, ...inside];
}
