import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  parseDocument,
  stringify,
  visit,
} from 'yaml';
import type { Path } from './value-path.ts';

/** A place in a text, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Something that the text of a file must not contain, whatever its schema. */
export interface TextProblem {
  readonly position: Position;
  readonly message: string;
}

/** A parsed text that still knows where everything stands. */
export interface YamlSource {
  /** The value as plain JSON-like data; of a text with `fatal` problems, null. */
  readonly value: unknown;
  readonly problems: readonly TextProblem[];
  /** True when the text is no YAML at all, so that its value says nothing. */
  readonly fatal: boolean;
  /** Where the key, or the value, at a path stands; the nearest place around it for what is not in the text. */
  positionOf(path: Path, part: 'key' | 'value'): Position;
}

/** Deeper files are refused before they are parsed: the parser recurses, and V8 aborts the process when a regular expression meets a full stack. */
const maxDepth = 64;
/** The parser compares every key of a map with every other, and looks through the whole file for the anchor of each alias. */
const maxTokens = 50_000;
const maxAliases = 100;
/** Values that a file may expand to: a few anchors that refer to one another become billions ("billion laughs"). */
const maxValues = 100_000;
/** A block within a block begins further to the right, so that this bounds the depth too. */
const maxIndicatorColumn = 256;

/**
 * Parses YAML 1.2, or JSON, and finds all that is wrong with the text itself. What YAML allows and readers stumble over is
 * refused: directives (`%YAML 1.1` would turn `on` into true), merge keys, tags, several documents, keys that are no text.
 */
export function parseYaml(text: string, dialect: 'yaml' | 'json'): YamlSource {
  const lines = new LineCounter();
  // A tab is white space in JSON; inside of a string JSON forbids it, so that positions stay and no value changes.
  const source = dialect === 'json' ? text.replaceAll('\t', ' ') : text;

  const bulk = bulkProblem(source);
  if (bulk !== null) return unparsable([bulk]);
  const document = parseDocument(source, {
    version: '1.2',
    schema: dialect === 'json' ? 'json' : 'core',
    merge: false,
    resolveKnownTags: false,
    uniqueKeys: true,
    prettyErrors: false,
    lineCounter: lines,
    logLevel: 'error', // 'silent' would also hide that there is a second document
  });
  const at = (offset: number): Position => positionAt(lines, offset);

  const syntax = document.errors.map(({ code, message, pos }) => ({
    position: at(pos[0]),
    message: syntaxMessage(code, message, source.slice(pos[0], pos[1])),
  }));
  const json = dialect === 'json' ? jsonProblem(text, at, syntax[0]?.position) : null;
  if (json !== null) return unparsable([json]);
  const fatal = document.errors.some(({ code }) => code !== 'DUPLICATE_KEY');
  if (fatal) return unparsable(syntax);

  const style = [...directiveProblems(source, at), ...tagProblems(document, at), ...keyProblems(document, at)];
  const dangling = aliasProblems(document, at);
  const expansion = expansionProblem(document, at);
  if (expansion !== null) dangling.push(expansion);
  if (dangling.length > 0) return unparsable([...syntax, ...style, ...dangling]);
  return {
    value: document.toJS({ maxAliasCount: -1 }) as unknown, // bounded above
    problems: [...syntax, ...style],
    fatal: false,
    positionOf: (path, part) => at(offsetOf(document, path, part)),
  };
}

/** The value of a short text in YAML 1.2, such as that of a command line option. Null with `problem` when it is none. */
export function parseYamlValue(text: string): { readonly value: unknown; readonly problem: string | null } {
  const { value, problems } = parseYaml(text, 'yaml');
  return { value, problem: problems[0]?.message ?? null };
}

function unparsable(problems: readonly TextProblem[]): YamlSource {
  return { value: null, problems, fatal: true, positionOf: () => ({ line: 1, column: 1 }) };
}

function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** What makes a text too much for the parser, found in its tokens, which takes no recursion and one pass. */
function bulkProblem(source: string): TextProblem | null {
  let line = 1;
  let column = 1;
  let brackets = 0;
  let tokens = 0;
  let aliases = 0;
  for (const token of new Lexer().lex(source)) {
    if (token === '[' || token === '{') brackets += 1;
    if (token === ']' || token === '}') brackets -= 1;
    tokens += 1;
    if (token.startsWith('*')) aliases += 1;
    const position = { line, column };
    if (tokens > maxTokens) return { position, message: `expected at most ${maxTokens} words and signs, got more` };
    if (aliases > maxAliases) return { position, message: `expected at most ${maxAliases} aliases, got more` };
    const blockIndicator = brackets === 0 && (token === '-' || token === '?' || token === ':');
    if (brackets > maxDepth || (blockIndicator && column > maxIndicatorColumn)) {
      return { position, message: `expected at most ${maxDepth} levels, got deeper nesting` };
    }
    // Control tokens of the lexer (byte order mark, document, flow-error, scalar) are one character and stand for nothing.
    if (token.length === 1 && '\u{FEFF}\u0002\u0018\u001F'.includes(token)) continue;
    const lastBreak = token.lastIndexOf('\n');
    if (lastBreak === -1) column += token.length;
    else {
      for (const character of token) if (character === '\n') line += 1;
      column = token.length - lastBreak;
    }
  }
  return null;
}

function syntaxMessage(code: string, message: string, excerpt: string): string {
  if (code === 'DUPLICATE_KEY') return 'expected each key once in a map, got it twice; remove one of the two';
  if (code === 'TAB_AS_INDENT') return 'expected spaces as indentation, got a tab';
  if (code === 'MULTIPLE_DOCS') return 'expected one document in the file, got a second one after "---"';
  const first = message.split('\n')[0] ?? message;
  return `not valid YAML: ${first}${code === 'UNEXPECTED_TOKEN' && excerpt.trim() !== '' ? ` (at ${JSON.stringify(excerpt.slice(0, 40))})` : ''}`;
}

function jsonProblem(
  text: string,
  at: (offset: number) => Position,
  fallback: Position | undefined,
): TextProblem | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const offset = /position (\d+)/.exec(message)?.[1];
    // Not every message of V8 has a position.
    const position = offset === undefined ? (fallback ?? at(0)) : at(Number(offset));
    return { position, message: `not valid JSON: ${message}` };
  }
}

function directiveProblems(source: string, at: (offset: number) => Position): TextProblem[] {
  const problems: TextProblem[] = [];
  // Where no line begins with its sign there is none, and reading the tokens a second time is spared.
  if (!/^\ufeff?%/m.test(source)) return problems;
  for (const token of new Parser().parse(source)) {
    if (token.type !== 'directive') continue;
    const message = `expected no directive, got ${JSON.stringify(token.source)}; remove the line (files are read as YAML 1.2)`;
    problems.push({ position: at(token.offset), message });
  }
  return problems;
}

function tagProblems(document: Document.Parsed, at: (offset: number) => Position): TextProblem[] {
  return document.warnings
    .filter(({ code }) => code === 'TAG_RESOLVE_FAILED')
    .map(({ pos, message }) => ({
      position: at(pos[0]),
      message: `expected no tag, got one (${message.split(' at line')[0]}); remove it`,
    }));
}

/** Aliases without an anchor before them: their value is unknown. */
function aliasProblems(document: Document.Parsed, at: (offset: number) => Position): TextProblem[] {
  const problems: TextProblem[] = [];
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) !== undefined) return;
      const message = `expected an anchor "&${alias.source}" before its alias, got none`;
      problems.push({ position: at(alias.range?.[0] ?? 0), message });
    },
  });
  return problems;
}

/** Merge keys, and keys that are no text. */
function keyProblems(document: Document.Parsed, at: (offset: number) => Position): TextProblem[] {
  const problems: TextProblem[] = [];
  visit(document, {
    Pair(_key, pair: Pair<unknown, unknown>) {
      const key = pair.key;
      const position = at(isScalar(key) || isMap(key) || isSeq(key) || isAlias(key) ? (key.range?.[0] ?? 0) : 0);
      if (!isScalar(key) || typeof key.value !== 'string') {
        problems.push({ position, message: `expected a text as key, got ${keyText(key)}; put it in quotes` });
      } else if (key.value === '<<' && key.type === 'PLAIN') {
        const message =
          'expected no merge key, got "<<" (not part of YAML 1.2); repeat the keys, or give the whole value an anchor';
        problems.push({ position, message });
      } else if (key.value === '__proto__') {
        problems.push({ position, message: 'expected another key, got "__proto__"' });
      }
    },
  });
  return problems;
}

function keyText(key: unknown): string {
  if (isScalar(key)) return key.value === null ? 'an empty key' : `${typeof key.value} ${String(key.value)}`;
  return isAlias(key) ? 'an alias' : 'a list or map';
}

/** What keeps aliases from being expanded: a value that contains itself, or more values than any real file has. */
function expansionProblem(document: Document.Parsed, at: (offset: number) => Position): TextProblem | null {
  const sizes = new Map<Node, number>();
  const open = new Set<Node>();
  const loops: Node[] = [];
  const sizeOf = (node: unknown): number => {
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (target === undefined) return 1;
      if (open.has(target)) {
        loops.push(node);
        return 1;
      }
      return sizeOf(target);
    }
    if (!isMap(node) && !isSeq(node)) return 1;
    const known = sizes.get(node);
    if (known !== undefined) return known;
    open.add(node);
    let size = 1;
    if (isMap(node)) for (const pair of node.items) size += sizeOf(pair.value);
    else for (const item of node.items) size += sizeOf(item);
    open.delete(node);
    sizes.set(node, size);
    return size;
  };
  const size = sizeOf(document.contents);
  const [loop] = loops;
  if (loop !== undefined) {
    return {
      position: at(loop.range?.[0] ?? 0),
      message: 'expected a value that ends, got an alias inside of its own anchor',
    };
  }
  if (size <= maxValues) return null;
  const message = `expected at most ${maxValues} values, got ${size.toPrecision(3)} once its aliases are expanded; write the values out`;
  return { position: { line: 1, column: 1 }, message };
}

function offsetOf(document: Document.Parsed, path: Path, part: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    const last = depth === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
      if (pair === undefined) return offset;
      const keyOffset = startOf(pair.key) ?? offset;
      offset = (last && part === 'value' ? startOf(pair.value) : keyOffset) ?? keyOffset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item: unknown = typeof step === 'number' ? node.items[step] : undefined;
      if (item === undefined) return offset;
      offset = startOf(item) ?? offset;
      node = item;
    } else return offset;
  }
  return offset;
}

/** Where a node begins; null for one that is not in the text, such as the value of `key:` with nothing behind it. */
function startOf(node: unknown): number | null {
  if (!isMap(node) && !isSeq(node) && !isScalar(node) && !isAlias(node)) return null;
  if (isScalar(node) && node.value === null && node.source === '') return null;
  return node.range?.[0] ?? null;
}

/** A value as the text of a YAML file. */
export function yamlText(value: unknown): string {
  return stringify(value, { lineWidth: 120 });
}
