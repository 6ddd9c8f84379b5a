import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type CheckedFile, invalidFile, problemLine, readCheckedFile } from '../kernel/checked-file.ts';
import { InputError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';
import { packageFile } from '../kernel/package-root.ts';
import { type Finding, priceFindings, profileFindings } from './plausibility.ts';
import { type Price, priceOf } from './price.ts';
import { type PriceBookFile, priceBookSchema } from './price-schema.ts';
import { type HardwareProfile, localProfileId, profileOf } from './profile.ts';
import { type ProfileFile, profileSchema } from './profile-schema.ts';

/** All profiles and prices that are known here: those that come with Dyno, and the user's own beside them. */
export interface Catalogue {
  /** By id, in alphabetical order. */
  readonly profiles: readonly HardwareProfile[];
  /** The user's own first. */
  readonly prices: readonly Price[];
}

const profileKind = { what: 'hardware profile', code: 'PROFILE' } as const;
const bookKind = { what: 'price book', code: 'PRICES' } as const;

/** Where profiles are looked for, one after the other; a later one replaces an earlier one of the same id. */
export interface ProfileFolders {
  /** Folder of `--profiles`; undefined: `hardware-profiles/` of the working directory, if there is one. */
  readonly own?: string | undefined;
}

/**
 * Reads every profile and every price book: `hardware-profiles/` of the package, then the user's own folder, which may replace a profile by
 * its id or add to them. Throws `PROFILE_INVALID` and `PRICES_INVALID` with file and line, `PROFILES_NOT_FOUND` for a folder that
 * is not there.
 */
export function loadCatalogue({ own }: ProfileFolders, today = new Date().toISOString().slice(0, 10)): Catalogue {
  const folders = [{ folder: packageFile('hardware-profiles'), origin: 'built-in' as const }];
  const second = ownFolder(own);
  const all = second === null ? folders : [...folders, { folder: second, origin: 'own' as const }];

  const byId = new Map<string, HardwareProfile>();
  const prices: Price[] = [];
  for (const { folder, origin } of all) {
    for (const file of yamlFiles(folder)) {
      const { value } = readProfile(file, today);
      const replaced = byId.get(value.id);
      byId.set(value.id, profileOf(value, { file, origin, replaces: replaced?.file ?? null }));
    }
  }
  const profiles = [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  refuseSharedAliases(profiles);
  for (const { folder, origin } of all.toReversed()) {
    for (const file of yamlFiles(join(folder, 'prices'))) {
      const { value } = readPriceBook(file, today, [...byId.keys()]);
      prices.push(...value.prices.map((price) => priceOf(price, value.currency, { file, origin })));
    }
  }
  return { profiles, prices };
}

function ownFolder(given: string | undefined): string | null {
  if (given !== undefined) {
    if (statSync(given, { throwIfNoEntry: false })?.isDirectory() === true) return given;
    throw new InputError(
      'PROFILES_NOT_FOUND',
      `--profiles ${given}: expected a folder of hardware profiles, got none there.`,
    );
  }
  const here = 'hardware-profiles';
  if (statSync(here, { throwIfNoEntry: false })?.isDirectory() !== true) return null;
  return realpathSync(here) === realpathSync(packageFile('hardware-profiles')) ? null : here;
}

function yamlFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/**
 * Those profiles that may be of a processor of this name, without reading the others: a file is read as YAML only when its text has one of
 * the name's words with a digit in it, such as `8380`. Profiles of the user's own are all read. Throws as `loadCatalogue`.
 */
export function loadProfilesNaming(processor: string, { own }: ProfileFolders): readonly HardwareProfile[] {
  const today = new Date().toISOString().slice(0, 10);
  const telling = processor.split(/[\s,]+/).filter((word) => /\d/.test(word) && word.length > 2);
  const builtIn = yamlFiles(packageFile('hardware-profiles')).filter((file) => {
    const text = readFileSync(file, 'utf8');
    return telling.some((word) => text.includes(word));
  });
  const second = ownFolder(own);
  const files = [
    ...builtIn.map((file) => ({ file, origin: 'built-in' as const })),
    ...(second === null ? [] : yamlFiles(second).map((file) => ({ file, origin: 'own' as const }))),
  ];
  const byId = new Map<string, HardwareProfile>();
  for (const { file, origin } of files) {
    const { value } = readProfile(file, today);
    byId.set(value.id, profileOf(value, { file, origin, replaces: byId.get(value.id)?.file ?? null }));
  }
  return [...byId.values()];
}

/** Reads one profile and checks it. Throws `PROFILE_*` with file and line. */
export function readProfile(file: string, today: string): CheckedFile<ProfileFile> {
  const checked = readCheckedFile(file, profileSchema, profileKind);
  throwErrors(checked, profileFileFindings(checked, today), profileKind);
  return checked;
}

/** What is wrong with a profile, its id against the name of its file included. */
export function profileFileFindings({ path, value }: CheckedFile<ProfileFile>, today: string): Finding[] {
  const findings = profileFindings(value, today);
  const stem = resolve(path)
    .replace(/^.*[/\\]/, '')
    .replace(/\.\w+$/, '');
  if (value.id !== stem || value.id === localProfileId) {
    const expected =
      value.id === localProfileId ? 'another id: "local" is this machine' : `the name of the file, "${stem}"`;
    findings.unshift({
      severity: 'error',
      path: ['id'],
      part: 'value',
      message: `expected ${expected}, got "${value.id}"`,
    });
  }
  return findings;
}

/** Reads one price book and checks it, the ids of its profiles included. Throws `PRICES_*` with file and line. */
export function readPriceBook(file: string, today: string, ids: readonly string[]): CheckedFile<PriceBookFile> {
  const checked = readCheckedFile(file, priceBookSchema, bookKind);
  throwErrors(checked, priceBookFindings(checked, today, ids), bookKind);
  return checked;
}

/** What is wrong with a price book, unknown profiles included. */
export function priceBookFindings(
  { value }: CheckedFile<PriceBookFile>,
  today: string,
  ids: readonly string[],
): Finding[] {
  const unknown = value.prices.flatMap(({ profiles }, index) =>
    profiles.flatMap((id, position): Finding[] => {
      if (ids.includes(id)) return [];
      const near = nearest(id, ids);
      const hint = near === null ? '' : `. Did you mean "${near}"?`;
      const path = ['prices', index, 'profiles', position];
      return [
        { severity: 'error', path, part: 'value', message: `expected the id of a known profile, got "${id}"${hint}` },
      ];
    }),
  );
  return [...unknown, ...priceFindings(value, today)];
}

function throwErrors(
  { path, where }: CheckedFile<unknown>,
  findings: readonly Finding[],
  kind: typeof profileKind | typeof bookKind,
): void {
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  throw invalidFile(
    path,
    kind,
    errors.map((one) => problemLine(where(one.path, one.part), one.path, one.message)),
  );
}

/** A word must mean one device. */
function refuseSharedAliases(profiles: readonly HardwareProfile[]): void {
  const owners = new Map(profiles.map((profile) => [profile.id, profile]));
  for (const profile of profiles) {
    for (const alias of profile.aliases) {
      const other = owners.get(alias);
      if (other !== undefined && other !== profile) {
        throw new InputError(
          'PROFILE_INVALID',
          `${profile.file}: aliases: expected names that no other profile has, got "${alias}", which ${other.file} has.`,
        );
      }
      owners.set(alias, profile);
    }
  }
}
