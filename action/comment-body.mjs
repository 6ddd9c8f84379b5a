// @ts-check
// A comment of `dyno gate` as it is posted. It may come from the artifact of a pull request of anyone, and the token that posts it may write:
// all that Dyno itself writes passes unchanged, and of anything else only the text is left.
import { createHash } from 'node:crypto';
import { ActionError } from './inputs.mjs';

/** What `dyno gate` writes at most, as src/gate/comment.ts has it. GitHub takes 65,536 characters. */
export const longestComment = 60_000;

/** Name of the artifact where none is given. */
export const usualArtifact = 'dyno-gate';

const markerPattern = /^<!-- dyno-gate [0-9a-f]{16} -->$/;

/** What Dyno writes as an entity: a mark that means something in Markdown or HTML, or the space without width. */
const knownEntities = new Set([...'\\`*_{}[]#!|<>&"\'~$@^+-.'].map((mark) => mark.codePointAt(0)).concat(0x200b));

/**
 * A block of code, from a fence to the first one that would close it. Only behind an empty line: without it the block may be part of a piece of
 * HTML, in which no fence has a meaning and all of its lines have.
 */
const codeBlock = /(?<=\n\n)(?<fence>`{3,})text\n(?:[\s\S]*?\n)?? {0,3}\k<fence>`*[ \t]*(?=\n|$)/;
/** What GitHub sees an address by, as src/gate/markdown-text.ts has it, and with the entities that Dyno writes. */
const address = /:(?=\/\/)|(?<![a-z0-9])www(?=\.|&#46;)|(?:@|&#64;)(?!&#8203;)(?=[^\s<]{0,100}?(?:\.|&#46;))/gi;
const allowedTag = /<code>[^<>\n]*<\/code>|<\/?(?:details|summary|sub)>|<br>/;
const allowed = new RegExp(`${codeBlock.source}|${allowedTag.source}`, 'g');

/**
 * The marker of what is posted: that of the suite, which the comment begins with; where the artifact has a name of its own, one of both, since
 * a suite may be measured on several machines. Throws where it begins with none of ours: with another one it would take the place of another
 * comment.
 * @param {string} text
 * @param {string} artifact
 */
export function markerOf(text, artifact) {
  const first = text.slice(0, 100).split('\n', 1)[0]?.trimEnd() ?? '';
  if (!markerPattern.test(first)) {
    throw new ActionError(
      `comment.md: expected the marker of a Dyno gate in its first line, got ${JSON.stringify(first.slice(0, 60))}. It is not posted.`,
    );
  }
  if (artifact === usualArtifact) return first;
  const ofBoth = createHash('sha256').update(`${first}\n${artifact}`).digest('hex').slice(0, 16);
  return `<!-- dyno-gate ${ofBoth} -->`;
}

/**
 * What is to be posted: mentions, references, links, pictures and HTML that Dyno does not write have lost their meaning, and the run that
 * measured is named below.
 * @param {string} text
 * @param {{runUrl: string, artifact: string}} measured
 */
export function commentBody(text, { runUrl, artifact }) {
  if (text.length > longestComment) {
    throw new ActionError(
      `comment.md: expected ${longestComment} characters at most, got ${text.length}. Dyno writes none so long: it is not posted.`,
    );
  }
  const marker = markerOf(text, artifact);
  const rest = text.slice(text.indexOf('\n') + 1);
  const name = artifact === usualArtifact ? '' : `, ${runningText(artifact)}`;
  return `${marker}\n${harmless(rest).trimEnd()}\n\n<sub>[The run that measured this](${runUrl})${name}</sub>\n`;
}

/** @param {string} text */
function harmless(text) {
  const visible = text
    .replaceAll('\r\n', '\n')
    .replace(/[^\P{Cc}\n]|[\p{Cs}\u2028\u2029\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, ' ');
  let result = '';
  let end = 0;
  for (const match of visible.matchAll(allowed)) {
    result += runningText(visible.slice(end, match.index)) + harmlessPiece(match[0]);
    end = match.index + match[0].length;
  }
  return result + runningText(visible.slice(end));
}

/** @param {string} piece a block of code, or a tag */
function harmlessPiece(piece) {
  if (!piece.startsWith('<code>')) return piece;
  const inner = piece.slice('<code>'.length, -'</code>'.length);
  // GitHub looks for no mentions in code, but Markdown goes on in it, and addresses are found.
  return `<code>${withoutAddresses(knownOnly(inner)).replace(/[\\`*_{}[\]!|"'~$@^]|(?<!&)#/g, entity)}</code>`;
}

/**
 * As `plainText` of src/gate/markdown-text.ts breaks texts, but for the marks that a comment is made of: headings, lists, tables, bold text.
 * @param {string} text
 */
function runningText(text) {
  return withoutAddresses(knownOnly(text))
    .replace(/[<>\\`~$^@]/g, entity)
    .replace(/^(#{1,6} )|(?<!&)#/gm, (_mark, heading) => heading ?? '&#35;')
    .replace(/&#(?:64|35);(?!&#8203;)/g, '$&&#8203;')
    .replace(/(?<![a-z0-9])GH(?=-)/gi, '$&&#8203;')
    .replace(/!(?=\[)|\](?=[([:])/g, entity);
}

/**
 * What GitHub would make an address of is broken by a space without width.
 * @param {string} text
 */
function withoutAddresses(text) {
  return text.replace(address, '$&&#8203;');
}

/**
 * Entities that Dyno does not write stand as text, however they are spelled.
 * @param {string} text
 */
function knownOnly(text) {
  return text.replace(/&(?:#([1-9]\d{1,4});)?/g, (found, point) =>
    point !== undefined && knownEntities.has(Number(point)) ? found : `&#38;${found.slice(1)}`,
  );
}

/** @param {string} mark */
function entity(mark) {
  return `&#${mark.codePointAt(0)};`;
}
