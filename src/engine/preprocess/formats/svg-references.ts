import { MalformedImage } from './malformed-image.ts';

/**
 * Where an element begins, an attribute with its value, and where a tag ends. A name of an attribute begins where no name goes on, or a long
 * one would be searched again from each of its letters.
 */
const tokens = /<(\??[\w:.-]+)|(?<![\w:.-])([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')|>/g;

/**
 * Refuses a drawing that shows anything but what it draws itself. Pictures from elsewhere would be missing without a word, because the
 * library opens none; pictures inside escape the limits on size. Links (`a`) show nothing and may stay.
 *
 * Entities, depth and the number of elements are limited by the library (libxml2, librsvg): it refuses what goes beyond.
 * @throws MalformedImage
 */
export function refuseReferences(bytes: Uint8Array): void {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  let element: string | null = null;
  for (const [token, opened, attribute = '', double, single] of text.matchAll(tokens)) {
    if (opened !== undefined) element = opened;
    if (token === '>') element = null;
    if (element === null || !/^(?:\w+:)?(?:href|src)$/.test(attribute) || /^(?:\w+:)?a$/.test(element)) continue;
    const target = (double ?? single ?? '').trim();
    if (target.startsWith('#')) continue;
    throw new MalformedImage(
      `its <${element}> shows ${JSON.stringify(target.slice(0, 40))}, and a drawing may show only what it draws itself`,
    );
  }
}
