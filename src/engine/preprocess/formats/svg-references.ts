import { MalformedImage } from './malformed-image.ts';

/**
 * Refuses a drawing that shows anything but what it draws itself. Pictures from elsewhere would be missing without a word, because the
 * library opens none; pictures inside escape the limits on size. Links (`a`) show nothing and may stay.
 *
 * Entities, depth and the number of elements are limited by the library (libxml2, librsvg): it refuses what goes beyond.
 * @throws MalformedImage
 */
export function refuseReferences(bytes: Uint8Array): void {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  for (const [, element = '', attributes = ''] of text.matchAll(/<([\w:.-]+)((?:[^<>"']|"[^"]*"|'[^']*')*)/g)) {
    const target = /(?:^|[\s:])(?:href|src)\s*=\s*["']\s*([^"']*)/.exec(attributes)?.[1];
    if (target === undefined || target.startsWith('#') || /^(?:\w+:)?a$/.test(element)) continue;
    throw new MalformedImage(
      `its <${element}> shows ${JSON.stringify(target.slice(0, 40))}, and a drawing may show only what it draws itself`,
    );
  }
}
