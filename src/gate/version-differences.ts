import { closeSync, lstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { parseYaml } from '../kernel/yaml-source.ts';
import { formatBytes } from '../units/format.ts';
import { namedVersions, namesVersions } from './dependency-versions.ts';
import type { Difference } from './gate-report.ts';
import { git, gitOutput } from './git.ts';
import { valueDifferences } from './value-differences.ts';
import type { Worktree } from './worktrees.ts';

/** Of one file, more changes than these are counted and not named. */
const mostNamed = 10;
/** Larger files that name versions are not read. */
const mostBytes = 32 * 2 ** 20;

const modelEndings = new Set(
  '.onnx .onnx_data .ort .pt .pth .pt2 .safetensors .gguf .ggml .tflite .pb .h5 .keras .mlmodel .engine .trt .bin'.split(
    ' ',
  ),
);

type Arms = { readonly base: Worktree; readonly head: Worktree };

/**
 * What differs between two versions beside their code, as far as their files tell: commits that only base has, the suite with what it asks of the
 * gate, versions of dependencies and engines, model files. What loosens the gate comes first. Call it before anything is set up in the
 * worktrees: an engine suite of head's is copied into base's then. `suite`: path within the repository; null: none was given.
 */
export function versionDifferences(worktrees: Arms, suite: string | null): Difference[] {
  const { base, head } = worktrees;
  if (base.content === head.content) return historyDifferences(worktrees);
  const [ofBase, ofHead] = [filesOf(base), filesOf(head)];
  const shared = [...new Set([...ofBase, ...ofHead])].sort();
  const found = [
    ...historyDifferences(worktrees),
    ...(suite === null ? [] : suiteDifferences(worktrees, suite)),
    ...shared.filter(namesVersions).flatMap((path) => dependencyDifferences(worktrees, path)),
    ...capped(
      shared.filter((path) => modelEndings.has(extname(path))).flatMap((path) => modelDifference(worktrees, path)),
      'model files',
    ),
  ];
  const isLoosened = ({ what }: Difference): boolean => what.endsWith('(loosened)');
  return [...found.filter(isLoosened), ...found.filter((one) => !isLoosened(one))];
}

/** A base that went on after head branched off has changes that head is not to blame for, nor to be praised. */
function historyDifferences({ base, head }: Arms): Difference[] {
  const [ofBase, ofHead] = [base.version.commit, head.version.commit];
  if (ofBase === ofHead) return [];
  const { repository } = head.version;
  if (!git(repository, ['merge-base', ofBase, ofHead]).ok) {
    const isShallow = git(repository, ['rev-parse', '--is-shallow-repository']).stdout.trim() === 'true';
    const what = isShallow ? 'history (this clone is shallow)' : 'history';
    return [{ what, base: 'no commit in common', head: 'no commit in common' }];
  }
  const count = (from: string, to: string): number =>
    Number(gitOutput(repository, ['rev-list', '--count', `${from}..${to}`]).trim());
  const lacking = count(ofHead, ofBase);
  if (lacking === 0) return [];
  const text = (commits: number): string => `${commits} ${commits === 1 ? 'commit' : 'commits'}`;
  return [
    {
      what: 'history since head branched off (--merge-base measures against that point)',
      base: `${text(lacking)} that head lacks`,
      head: `${text(count(ofBase, ofHead))} that base lacks`,
    },
  ];
}

/** Paths of the files of a version, generated ones excepted. */
function filesOf({ folder }: Worktree): string[] {
  const listed = gitOutput(folder, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  return listed.split('\0').filter((path) => path !== '');
}

function suiteDifferences({ base, head }: Arms, suite: string): Difference[] {
  const texts = { base: textOf(base, suite), head: textOf(head, suite) };
  if (texts.base === texts.head) return [];
  if (texts.base === null || texts.head === null) {
    const there = (text: string | null): string | null => (text === null ? null : 'there');
    return [{ what: suite, base: there(texts.base), head: there(texts.head) }];
  }
  const dialect = suite.endsWith('.json') ? 'json' : 'yaml';
  const [ofBase, ofHead] = [parseYaml(texts.base, dialect), parseYaml(texts.head, dialect)];
  if (ofBase.fatal || ofHead.fatal) {
    const text = ({ fatal }: { readonly fatal: boolean }): string => (fatal ? 'not readable' : 'readable');
    return [{ what: suite, base: text(ofBase), head: text(ofHead) }];
  }
  const changed = valueDifferences(ofBase.value, ofHead.value).map((one) => ({
    ...one,
    what: `${suite}: ${one.what}`,
  }));
  const isLoosened = ({ what }: Difference): boolean => what.endsWith('(loosened)');
  // What lets more pass is named however much it is.
  return [
    ...changed.filter(isLoosened),
    ...capped(
      changed.filter((one) => !isLoosened(one)),
      `values of ${suite}`,
    ),
  ];
}

function dependencyDifferences({ base, head }: Arms, path: string): Difference[] {
  const versionsOf = (worktree: Worktree) =>
    new Map(namedVersions(path, textOf(worktree, path) ?? '').map((one) => [one.name, one]));
  const texts = [textOf(base, path), textOf(head, path)];
  if (texts[0] === texts[1]) return [];
  const [ofBase, ofHead] = [versionsOf(base), versionsOf(head)];
  const names = [...new Set([...ofBase.keys(), ...ofHead.keys()])];
  // Of a package with a lock file the versions stand there.
  const isLocked = basename(path) === 'package.json' && textOf(head, join(dirname(path), 'package-lock.json')) !== null;
  const isShown = (name: string): boolean => !isLocked || name === 'packageManager' || name.startsWith('engines.');
  const isDirect = (name: string): boolean => (ofHead.get(name) ?? ofBase.get(name))?.isDirect === true;
  const changed = names
    .filter((name) => isShown(name) && ofBase.get(name)?.version !== ofHead.get(name)?.version)
    .sort();
  const ordered = [...changed.filter(isDirect), ...changed.filter((name) => !isDirect(name))];
  return capped(
    ordered.map((name) => ({
      what: `${name} (${path})`,
      base: cut(ofBase.get(name)?.version ?? null),
      head: cut(ofHead.get(name)?.version ?? null),
    })),
    `versions in ${path}`,
  );
}

function cut(text: string | null): string | null {
  return text === null || text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

function modelDifference({ base, head }: Arms, path: string): Difference[] {
  const [before, after] = [sizeOf(base, path), sizeOf(head, path)];
  if (before === null && after === null) return [];
  const what = `model file ${path}`;
  const text = (bytes: number | null): string | null => (bytes === null ? null : formatBytes(bytes));
  if (before !== after) return [{ what, base: exactly(before, after), head: exactly(after, before) }];
  if (haveSameBytes(join(base.folder, path), join(head.folder, path))) return [];
  return [
    { what: `${what}, of equal size`, base: `${text(before)}, other bytes`, head: `${text(after)}, other bytes` },
  ];
}

/** A size; to the byte where the other one would look the same. */
function exactly(bytes: number | null, other: number | null): string | null {
  if (bytes === null) return null;
  return other !== null && formatBytes(other) === formatBytes(bytes) ? `${bytes} bytes` : formatBytes(bytes);
}

function sizeOf({ folder }: Worktree, path: string): number | null {
  const status = lstatSync(join(folder, path), { throwIfNoEntry: false });
  return status?.isFile() === true ? status.size : null;
}

function haveSameBytes(one: string, other: string): boolean {
  const files = [openSync(one, 'r'), openSync(other, 'r')] as const;
  try {
    const chunks = [Buffer.alloc(1 << 20), Buffer.alloc(1 << 20)] as const;
    for (;;) {
      const lengths = [readSync(files[0], chunks[0]), readSync(files[1], chunks[1])] as const;
      if (lengths[0] !== lengths[1]) return false;
      if (lengths[0] === 0) return true;
      if (chunks[0].compare(chunks[1], 0, lengths[1], 0, lengths[0]) !== 0) return false;
    }
  } finally {
    for (const file of files) closeSync(file);
  }
}

function textOf({ folder }: Worktree, path: string): string | null {
  const file = join(folder, path);
  const status = lstatSync(file, { throwIfNoEntry: false });
  return status?.isFile() === true && status.size <= mostBytes ? readFileSync(file, 'utf8') : null;
}

/** The first few, and how many more there are. */
function capped(differences: readonly Difference[], what: string): Difference[] {
  const more = differences.length - mostNamed;
  if (more <= 0) return [...differences];
  return [...differences.slice(0, mostNamed), { what: `${more} more ${what}`, base: 'one', head: 'another' }];
}
