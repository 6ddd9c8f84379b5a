import type { ZodType } from 'zod';
import { nearest } from './nearest.ts';
import { describeValue, type Path, valueAt } from './value-path.ts';

/** One way in which a value does not fit its schema, in words of the file. */
export interface Problem {
  readonly path: Path;
  /** Whether the key itself is wrong, or what stands behind it. */
  readonly part: 'key' | 'value';
  readonly message: string;
}

export type Checked<T> =
  | { readonly fits: true; readonly value: T }
  | { readonly fits: false; readonly problems: readonly Problem[] };

/**
 * Checks a value against a zod schema. A schema may word what it expects by a message that begins with "expected" (zod's `error`
 * option): it is used as it stands, and what came is added.
 */
export function checkValue<T>(schema: ZodType<T>, value: unknown): Checked<T> {
  const result = schema.safeParse(value);
  if (result.success) return { fits: true, value: result.data };
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue as Issue, [], [schema], value));
  return { fits: false, problems: mergeTypos(problems).map(({ path, part, message }) => ({ path, part, message })) };
}

interface Issue {
  readonly code: string;
  readonly path: Path;
  readonly message: string;
  readonly expected?: string;
  readonly values?: readonly unknown[];
  readonly keys?: readonly string[];
  readonly origin?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly inclusive?: boolean;
  readonly errors?: readonly (readonly Issue[])[];
  readonly discriminator?: string;
  readonly options?: readonly string[];
  readonly issues?: readonly Issue[];
}

/** What `mergeTypos` needs to know of a problem beside what it says. */
interface DetailedProblem extends Problem {
  readonly missing?: boolean;
  readonly unknown?: boolean;
}

function problemsOf(issue: Issue, base: Path, schemas: readonly ZodType[], value: unknown): DetailedProblem[] {
  const path = [...base, ...issue.path];
  const came = valueAt(value, issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = [
      ...new Set(
        schemasAt(schemas, value, issue.path).flatMap((schema) => Object.keys(definitionOf(schema).shape ?? {})),
      ),
    ];
    return (issue.keys ?? []).map((key) => ({
      path: [...path, key],
      part: 'key',
      message: unknownKey(key, known),
      unknown: true,
    }));
  }
  if (issue.code === 'invalid_union') {
    return issue.discriminator === undefined
      ? unionProblems(issue, path, schemasAt(schemas, value, issue.path), came)
      : discriminatorProblems(issue, path, value);
  }
  if (issue.code === 'invalid_element' || issue.code === 'invalid_key') {
    return (issue.issues ?? []).flatMap((inner) => problemsOf(inner, path, [], came));
  }
  const missing = came === undefined && path.length > 0;
  const expected = expectation(issue);
  const message = missing
    ? `${expected}, got nothing: the key is missing`
    : mismatch(expected, came, issue.values ?? []);
  return [{ path, part: 'value', message, missing }];
}

function unknownKey(key: string, known: readonly string[]): string {
  const list = known.length === 0 ? '' : `Known: ${known.join(', ')}`;
  return sentences(`expected a known key, got ${JSON.stringify(key)}`, didYouMean(nearest(key, known)), list);
}

/** Of the branches of a union, what is wrong with the one that was meant, or what all of them expect. */
function unionProblems(issue: Issue, path: Path, schemas: readonly ZodType[], came: unknown): DetailedProblem[] {
  const branches = issue.errors ?? [];
  const options = schemas.flatMap((schema) => definitionOf(schema).options ?? []);
  const meant = branches
    .map((issues, index) => ({ issues, option: options[index] }))
    .filter(({ issues }) => ofSameKind(issues, came));
  const only = meant.length > 1 ? ofMostKeys(meant, came) : meant[0];
  // A word that none of the known ones is may have been meant for another branch, such as a number beside "auto".
  const isWord = only?.issues.every(({ code, path: inner }) => code === 'invalid_value' && inner.length === 0) === true;
  if (only !== undefined && !isWord) {
    return only.issues.flatMap((inner) =>
      problemsOf(inner, path, only.option === undefined ? [] : [only.option], came),
    );
  }
  const shown = meant.length > 0 && !isWord ? meant.map(({ issues }) => issues) : branches;
  const collections = ['array', 'object', 'record'];
  const candidates = ownIssues(shown.flat()).filter(({ expected = '' }) => !isWord || !collections.includes(expected));
  const expected = issue.message.startsWith('expected')
    ? issue.message
    : `expected ${[...new Set(candidates.map((inner) => expectation(inner).replace(/^expected /, '')))].join(' or ')}`;
  const values = candidates.flatMap((inner) => inner.values ?? []);
  return [{ path, part: 'value', message: mismatch(expected, came, values) }];
}

/** Of several branches that are maps, the one that knows most of the keys that came; undefined where they are none, or it is a draw. */
function ofMostKeys<Branch extends { readonly option: ZodType | undefined }>(
  branches: readonly Branch[],
  came: unknown,
): Branch | undefined {
  if (typeof came !== 'object' || came === null) return undefined;
  const known = branches.map((branch) => {
    const shape = branch.option === undefined ? undefined : definitionOf(branch.option).shape;
    return { branch, keys: Object.keys(came).filter((key) => shape !== undefined && key in shape).length };
  });
  const [best, next] = known.sort((a, b) => b.keys - a.keys);
  return best !== undefined && best.keys > (next?.keys ?? -1) ? best.branch : undefined;
}

/** Whether a branch took the value for one of its kind (list, map, text …) and found fault with it only then. */
function ofSameKind(issues: readonly Issue[], came: unknown): boolean {
  return !issues.some(({ path, code, values, errors }) => {
    if (path.length > 0) return false;
    if (code === 'invalid_value') return !(values ?? []).some((allowed) => typeof allowed === typeof came);
    if (code === 'invalid_union') return !(errors ?? []).some((branch) => ofSameKind(branch, came));
    return code === 'invalid_type';
  });
}

/** What the branches find wrong with the value itself, those of unions within unions included. */
function ownIssues(issues: readonly Issue[]): Issue[] {
  return issues
    .filter(({ path }) => path.length === 0)
    .flatMap((issue) => (issue.errors === undefined ? [issue] : ownIssues(issue.errors.flat())));
}

function discriminatorProblems(issue: Issue, path: Path, value: unknown): DetailedProblem[] {
  const name = issue.discriminator ?? '';
  const options = (issue.options ?? []).map(String);
  const came = valueAt(value, issue.path);
  const expected = `expected ${listed(options)}`;
  if (came !== undefined) return [{ path, part: 'value', message: mismatch(expected, came, options) }];
  const holder = valueAt(value, issue.path.slice(0, -1));
  const keys = typeof holder === 'object' && holder !== null ? Object.keys(holder) : [];
  const typo = nearest(name, keys);
  if (typo === null)
    return [{ path, part: 'value', message: `${expected}, got nothing: the key is missing`, missing: true }];
  return [
    {
      path: [...path.slice(0, -1), typo],
      part: 'key',
      message: `expected a known key, got "${typo}". Did you mean "${name}"?`,
    },
  ];
}

/** A mistyped key shows twice, as one that is missing and as one that nobody knows: the two become one. */
function mergeTypos(problems: readonly DetailedProblem[]): DetailedProblem[] {
  const merged = new Set<DetailedProblem>();
  const result = problems.map((problem) => {
    if (problem.unknown !== true) return problem;
    const siblings = problems.filter(
      (other) => other.missing === true && !merged.has(other) && sameParent(other.path, problem.path),
    );
    const name = nearest(
      String(problem.path.at(-1)),
      siblings.map(({ path }) => String(path.at(-1))),
    );
    const missing = siblings.find(({ path }) => path.at(-1) === name);
    if (missing === undefined) return problem;
    merged.add(missing);
    const key = JSON.stringify(problem.path.at(-1));
    return { ...problem, message: `expected a known key, got ${key}. Did you mean "${name}"? It is required` };
  });
  return result.filter((problem) => !merged.has(problem));
}

function sameParent(a: Path, b: Path): boolean {
  return a.length === b.length && a.slice(0, -1).every((step, index) => step === b[index]);
}

const kindNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map (key: value)',
  record: 'a map (key: value)',
  null: 'nothing',
};

function expectation(issue: Issue): string {
  if (issue.message.startsWith('expected')) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${kindNames[issue.expected ?? ''] ?? issue.expected}`;
    case 'invalid_value':
      return `expected ${listed(issue.values ?? [])}`;
    case 'too_small':
      return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${amount(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${amount(issue.maximum, issue.origin)}`;
    default:
      return `expected another value (${issue.message})`;
  }
}

function amount(limit: number | undefined, origin: string | undefined): string {
  const things =
    origin === 'array'
      ? limit === 1
        ? ' entry'
        : ' entries'
      : origin === 'string'
        ? limit === 1
          ? ' character'
          : ' characters'
        : '';
  return `${limit}${things}`;
}

function listed(values: readonly unknown[]): string {
  const texts = values.map((value) => JSON.stringify(value));
  return texts.length === 1 ? `${texts[0]}` : `one of ${texts.join(', ')}`;
}

function mismatch(expected: string, came: unknown, values: readonly unknown[]): string {
  const near = typeof came === 'string' ? nearest(came, values.map(String)) : null;
  return sentences(`${expected}, got ${describeValue(came)}`, didYouMean(near));
}

function didYouMean(near: string | null): string {
  return near === null ? '' : `Did you mean "${near}"?`;
}

/** Sentences one after another, without a full stop at the end; the empty ones are left out. */
function sentences(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').reduce((text, part) => `${text}${text.endsWith('?') ? '' : '.'} ${part}`);
}

/** The parts of a zod schema's definition that are read here. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, ZodType>>;
  readonly element?: ZodType;
  readonly valueType?: ZodType;
  readonly innerType?: ZodType;
  readonly options?: readonly ZodType[];
  readonly discriminator?: string;
}

function definitionOf(schema: ZodType): Definition {
  let definition = schema._zod.def as unknown as Definition;
  while (definition.innerType !== undefined) definition = definition.innerType._zod.def as unknown as Definition;
  return definition;
}

/** The schemas that may apply to the value at a path: several where a union leaves it open. */
function schemasAt(schemas: readonly ZodType[], value: unknown, path: Path): ZodType[] {
  const open = schemas.flatMap((schema) => branchesFor(schema, value));
  const [step, ...rest] = path;
  if (step === undefined) return [...schemas, ...open.filter((schema) => !schemas.includes(schema))];
  const inner = open.flatMap((schema) => {
    const { shape, element, valueType } = definitionOf(schema);
    const found = typeof step === 'number' ? element : (shape?.[step] ?? valueType);
    return found === undefined ? [] : [found];
  });
  return schemasAt(inner, valueAt(value, [step]), rest);
}

/** The branches of a union that the discriminator, if there is one, leaves; of any other schema itself. */
function branchesFor(schema: ZodType, value: unknown): ZodType[] {
  const { options, discriminator } = definitionOf(schema);
  if (options === undefined) return [schema];
  const branches = options.flatMap((option) => branchesFor(option, value));
  if (discriminator === undefined) return branches;
  const chosen = valueAt(value, [discriminator]);
  return branches.filter((branch) => definitionOf(branch).shape?.[discriminator]?.safeParse(chosen).success === true);
}
