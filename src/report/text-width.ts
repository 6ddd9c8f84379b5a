/**
 * About the width of a text in pixels, in the widest of the usual sans-serif faces (advances of DejaVu Sans, rounded up to four classes): where
 * pictures are drawn there are no fonts to ask, and the reader's are not known. Rather too wide than cut off.
 */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const character of text) ems += emsOf(character);
  return ems * fontSize;
}

function emsOf(character: string): number {
  if (narrow.test(character)) return 0.41;
  if (wide.test(character)) return 0.98;
  return (character.codePointAt(0) ?? 0) < firstFullWidth ? 0.69 : 1;
}

const narrow = /[ijlftr \u00a0·.,:;'!|()[\]/-]/;
const wide = /[mwMW%×△✕★@—]/;

/** From the Hangul letters on, most scripts have characters as wide as high; so have pictographs. */
const firstFullWidth = 0x1100;
