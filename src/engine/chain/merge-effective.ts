import type { EffectiveField, Evidence } from '../effective.ts';

type Fields = Readonly<Record<string, EffectiveField>>;

/**
 * What took effect in the models of a chain as one record: a value that they share stands as it is, and of values that differ each is
 * told with the name of its model. What is not known of a model, such as whether fusion was on where there is nothing to fuse, is left to
 * the others. Evidence that they do not share is `unverified`.
 */
export function mergeEffective(models: Readonly<Record<string, Fields>>): Fields {
  const entries = Object.entries(models);
  const names = new Set(entries.flatMap(([, fields]) => Object.keys(fields)));
  const merged: Record<string, EffectiveField> = {};
  for (const name of names) {
    const found = entries.flatMap(([model, fields]) => {
      const field = fields[name];
      return field === undefined ? [] : [{ model, ...field }];
    });
    merged[name] = { value: sharedValue(found), evidence: evidenceOf(found) };
  }
  return merged;
}

function sharedValue(found: readonly (EffectiveField & { readonly model: string })[]): EffectiveField['value'] {
  const known = found.filter(({ value }) => value !== null);
  const [first] = known;
  if (first === undefined) return null;
  if (known.every(({ value }) => value === first.value)) return first.value;
  return known.map(({ model, value }) => `${model}: ${value}`).join(', ');
}

function evidenceOf(found: readonly EffectiveField[]): Evidence {
  const kinds = new Set(found.map(({ evidence }) => evidence));
  const [only = 'unverified', ...others] = kinds;
  return others.length === 0 ? only : 'unverified';
}
