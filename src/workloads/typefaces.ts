import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Font } from 'opentype.js';
import { DynoError, errorText, InputError } from '../kernel/errors.ts';

/** Typefaces of the npm package `roboto-fontface` 0.10.0 (Apache-2.0): upright and slanted sans, a slab serif, a narrow one. */
const files = {
  sans: 'roboto/Roboto-Regular.woff',
  'sans bold': 'roboto/Roboto-Bold.woff',
  'sans italic': 'roboto/Roboto-RegularItalic.woff',
  slab: 'roboto-slab/Roboto-Slab-Regular.woff',
  'slab bold': 'roboto-slab/Roboto-Slab-Bold.woff',
  condensed: 'roboto-condensed/Roboto-Condensed-Regular.woff',
} as const;

export type TypefaceName = keyof typeof files;

export const typefaceNames = Object.keys(files) as readonly TypefaceName[];

/** What drawn text depends on besides the text: part of the ingredients of everything that is drawn. */
export const typefaceVersions = 'roboto-fontface 0.10.0, opentype.js 1.3.5';

/** A rectangle in pixels; `bottom` grows downwards. */
export interface Extent {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A line of text as outlines: it begins at x = 0 and stands on y = 0. */
export interface OutlinedText {
  /** Path data of SVG (`M … L … Q … Z`). */
  readonly path: string;
  /** Where the next letter would begin. */
  readonly advance: number;
  /** The rectangle that the ink fills; `top` is negative. */
  readonly ink: Extent;
}

export interface Typeface {
  readonly name: TypefaceName;
  /**
   * Draws text in letters of `size` pixels an em, with kerning and without ligatures.
   * @throws InputError `GLYPH_MISSING` when the typeface has no glyph for a character.
   */
  outline(text: string, size: number): OutlinedText;
  /** The `advance` of such a line alone, which takes a tenth of the time. */
  advance(text: string, size: number): number;
}

/**
 * Reads a typeface. Text is drawn as outlines of a bundled font, so that no font has to be installed where it is drawn and the
 * pictures are the same everywhere.
 * @throws DynoError `FONT_UNAVAILABLE` when its package is missing or damaged.
 */
export async function readTypeface(name: TypefaceName): Promise<Typeface> {
  const font = await readFont(name);
  const options = { kerning: true, features: {} };
  return {
    name,
    outline(text, size) {
      refuseMissingGlyphs(font, text, name);
      const path = font.getPath(text, 0, 0, size, options);
      const { x1, y1, x2, y2 } = path.getBoundingBox();
      return {
        path: path.toPathData(2),
        advance: font.getAdvanceWidth(text, size, options),
        ink: { left: x1, top: y1, right: x2, bottom: y2 },
      };
    },
    advance: (text, size) => font.getAdvanceWidth(text, size, options),
  };
}

function refuseMissingGlyphs(font: Font, text: string, name: TypefaceName): void {
  for (const character of text) {
    if (font.charToGlyphIndex(character) > 0) continue;
    const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    throw new InputError(
      'GLYPH_MISSING',
      `The typeface "${name}" has no glyph for "${character}" (U+${point}) of "${text}". Take another character.`,
    );
  }
}

async function readFont(name: TypefaceName): Promise<Font> {
  try {
    // Loaded when text is drawn, which is once a cache: it takes 40 ms, and most commands draw none.
    const { default: opentype } = await import('opentype.js');
    const require = createRequire(import.meta.url);
    const bytes = readFileSync(require.resolve(`roboto-fontface/fonts/${files[name]}`));
    return opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
  } catch (cause) {
    throw new DynoError(
      'FONT_UNAVAILABLE',
      `The typeface "${name}" cannot be read (${errorText(cause)}). Run: npm install --save-exact roboto-fontface@0.10.0 opentype.js@1.3.5`,
      { cause },
    );
  }
}
