import { checkValue, type Problem } from '../kernel/schema-problems.ts';
import { describeValue, type Path, pathText, valueAt } from '../kernel/value-path.ts';
import { commonFault } from './in-common.ts';
import { studyPlace } from './study-places.ts';
import { type StudyFile, studySchema } from './study-schema.ts';

/** A study with some values set. */
export interface Varied {
  readonly file: StudyFile;
  /** Where a place of the varied study stands in the file that was read: where it was set, or where it always was. */
  inFile(place: Path): Path;
}

/** What no variation may change: it would be another study, or other claims. */
const fixed = ['name', 'currency', 'variations', 'evidence', 'claims', 'baseline', 'simulation', 'in_common'];

/** The study as its n-th variation has it, or what is wrong with what is set. */
export function variedStudy(study: StudyFile, index: number): Varied | { readonly problems: readonly Problem[] } {
  const { variations = [], evidence: _evidence, claims: _claims, ...base } = study;
  const variation = variations[index];
  if (variation === undefined) throw new RangeError(`Expected one of ${variations.length} variations, got ${index}.`);
  const at: Path = ['variations', index, 'set'];
  const problems: Problem[] = [];
  const settings: Setting[] = [];
  const copy: unknown = structuredClone(base);
  for (const [text, value] of Object.entries(variation.set)) {
    const key = [...at, text];
    const place = studyPlace(study, text);
    const message = 'problem' in place ? place.problem : put(copy, study, place, value);
    if (message !== null) problems.push({ path: key, part: 'key', message });
    else if (!('problem' in place)) settings.push({ place, key });
  }
  if (problems.length > 0) return { problems };

  dropWhatIsMoot(copy as StudyFile, study);
  const checked = checkValue(studySchema, copy);
  if (!checked.fits) return { problems: checked.problems.map((one) => inVariation(one, settings, at)) };
  return { file: checked.value, inFile: (place) => placeInFile(place, settings) ?? place };
}

interface Setting {
  readonly place: Path;
  readonly key: Path;
}

/** A problem of a varied study, where the reader of the file can mend it. */
export function inVariation(problem: Problem, settings: readonly Setting[] | Varied, at: Path): Problem {
  const found = 'inFile' in settings ? settings.inFile(problem.path) : placeInFile(problem.path, settings);
  const isSet = found !== null && found[0] === 'variations';
  return {
    path: isSet ? found : at,
    part: isSet ? problem.part : 'key',
    message: `${pathText(problem.path)}: ${problem.message}`,
  };
}

/** Where a place was set; null: it was not. Of a value that lacks something, what was set within it. */
function placeInFile(place: Path, settings: readonly Setting[]): Path | null {
  const startsWith = (path: Path, start: Path) => start.every((step, index) => path[index] === step);
  const outer = settings
    .filter((one) => startsWith(place, one.place))
    .sort((one, other) => other.place.length - one.place.length)[0];
  if (outer !== undefined) return [...outer.key, ...place.slice(outer.place.length)];
  return settings.find((one) => startsWith(one.place, place))?.key ?? null;
}

/** Sets a value in the copy; a text says why it cannot be. Null takes the value out. */
function put(copy: unknown, study: StudyFile, place: Path, value: unknown): string | null {
  const [first = '', , third] = place;
  if (fixed.includes(String(first))) return `expected what a variation may set, got ${first}, which stays as it is`;
  const isOption = first === 'options' && place.length === 2;
  const name = place.length === 3 && third === 'name' ? value : isOption ? valueAt(value, ['name']) : undefined;
  if (first === 'options' && name !== undefined && name !== valueAt(study, [...place.slice(0, 2), 'name'])) {
    return `expected options to keep their names, got ${describeValue(name)}`;
  }
  // Anything else that is no key of a study is told by its schema; this one would not be seen there.
  if (place.includes('__proto__')) return 'expected a known key, got "__proto__"';
  let holder = copy;
  for (const [depth, step] of place.slice(0, -1).entries()) {
    const inner = valueAt(holder, [step]) ?? {};
    if (typeof inner !== 'object') {
      return `expected a map at ${pathText(place.slice(0, depth + 1))} to set a value in, got ${describeValue(inner)}`;
    }
    (holder as Record<string | number, unknown>)[step] = inner;
    holder = inner;
  }
  const key = place.at(-1) ?? '';
  if (value === null) delete (holder as Record<string | number, unknown>)[key];
  else (holder as Record<string | number, unknown>)[key] = isOption ? wholeOption(value, valueAt(study, place)) : value;
  return null;
}

/** An option that is set whole is another way to get the same machine. */
function wholeOption(value: unknown, option: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { name, throughput, accelerator, precision } = option as StudyFile['options'][number];
  const machine = {
    ...(accelerator === undefined ? {} : { accelerator }),
    ...(precision === undefined ? {} : { precision }),
  };
  return { name, throughput, ...machine, ...value };
}

/** Where an option is rented instead, nobody needs its facility; where options were set apart, their figures are not one any more. */
function dropWhatIsMoot(copy: StudyFile, study: StudyFile): void {
  for (const name of Object.keys(copy.facilities ?? {})) {
    const isUsed = ({ options }: StudyFile) => options.some((one) => one.kind === 'own' && one.facility === name);
    if (isUsed(study) && !isUsed(copy)) delete copy.facilities?.[name];
  }
  const common = copy.in_common?.filter((pattern) => commonFault(copy, pattern) === null) ?? [];
  if (common.length > 0) copy.in_common = common;
  else delete copy.in_common;
}
