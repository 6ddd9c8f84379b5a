import { changeFigure } from '../../../tco/model/change-figure.ts';
import type { StudyData } from '../../../tco/model/study-data.ts';

/** What was edited: values by the names of their assumptions. */
export type Edits = ReadonlyMap<string, number>;

/** The study with its edits, in the order of the assumptions: the same edits give the same study. Throws a RangeError as `changeFigure` does. */
export function editedStudy(study: StudyData, edits: Edits): StudyData {
  return study.assumptions.reduce((edited, { name }) => {
    const value = edits.get(name);
    return value === undefined ? edited : changeFigure(edited, name, value);
  }, study);
}

/** The edits as the fragment of an address, without `#`; empty for none. */
export function fragmentOf(study: StudyData, edits: Edits): string {
  if (edits.size === 0) return '';
  const named = [...edits].map(([name, value]): [string, string] => [name, String(value)]);
  return `${mark}${new URLSearchParams([['of', versionOf(study)], ...named])}`;
}

export type Fragment =
  /** It names a place of the page, or nothing. */
  | { readonly kind: 'none' }
  | { readonly kind: 'edits'; readonly edits: Edits; readonly refused: number }
  /** It is of another version of the study: an edit might change another figure than was meant. */
  | { readonly kind: 'foreign' };

/** Reads what {@link fragmentOf} wrote, with or without `#`. What is no figure of the study or no number is counted as refused. */
export function readFragment(study: StudyData, fragment: string): Fragment {
  const text = fragment.replace(/^#/, '');
  if (!text.startsWith(mark)) return { kind: 'none' };
  const [version, ...entries] = [...new URLSearchParams(text.slice(mark.length))];
  if (version?.[0] !== 'of' || version[1] !== versionOf(study)) return { kind: 'foreign' };
  const known = new Map(study.assumptions.map((one) => [one.name, one]));
  const edits = new Map<string, number>();
  for (const [name, text] of entries) {
    const figure = known.get(name);
    const value = Number(text);
    if (figure !== undefined && text.trim() !== '' && value >= figure.least && value <= figure.most) {
      edits.set(name, value);
    }
  }
  return { kind: 'edits', edits, refused: entries.length - edits.size };
}

const mark = 'edited?';

/** A short hash of the names and values of all assumptions: FNV-1a (32 bits, over UTF-16 units). */
function versionOf({ assumptions }: StudyData): string {
  const text = JSON.stringify(assumptions.map(({ name, owner, value }) => [name, owner, value]));
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash.toString(36);
}
