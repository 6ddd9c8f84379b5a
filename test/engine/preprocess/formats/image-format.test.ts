import { expect, test } from 'vitest';
import { imageFormat } from '../../../../src/engine/preprocess/formats/image-format.ts';
import { imageLibrary } from '../../../../src/engine/preprocess/image-library.ts';
import { bmpFile, icoFile, qoiFile, tgaFile } from './sample-files.ts';

const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>';

test('the seven formats of the library are told from their content', async () => {
  const sharp = await imageLibrary();
  const image = sharp({ create: { width: 20, height: 10, channels: 3, background: 'red' } });
  for (const format of ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const) {
    expect(imageFormat(await image.clone().toFormat(format).toBuffer())).toBe(format);
  }
  expect(imageFormat(Buffer.from(svg))).toBe('svg');
});

test('our five formats are told from their content', () => {
  expect(imageFormat(bmpFile({ width: 1, height: 1, bits: 24, data: [1, 2, 3, 0] }))).toBe('bmp');
  expect(imageFormat(qoiFile(1, 1, [0xc0]))).toBe('qoi');
  expect(imageFormat(tgaFile({ type: 2, width: 1, height: 1, bits: 24, data: [1, 2, 3] }))).toBe('tga');
  for (const kind of [1, 2]) {
    expect(imageFormat(icoFile([{ width: 1, height: 1, bits: 24, content: [1] }], kind))).toBe('ico');
  }
  for (const kind of [1, 2, 3, 4, 5, 6]) expect(imageFormat(Buffer.from(`P${kind}\n1 1\n`))).toBe('pnm');
});

test.each([
  `\ufeff${svg}`,
  `<?xml version="1.0" encoding="UTF-8"?>\n<!-- drawn by hand -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">\n${svg}`,
  '<s:svg xmlns:s="http://www.w3.org/2000/svg"/>',
])('%s is a drawing', (text) => {
  expect(imageFormat(Buffer.from(text))).toBe('svg');
});

test.each([
  ['nothing', ''],
  ['a page', '<html><body>404, see <svg width="1"/></body></html>'],
  ['XML of another kind', '<?xml version="1.0"?><feed/>'],
  ['a compressed drawing', '\x1f\x8b\x08\0\0\0\0\0'],
  ['a video', '\0\0\0\x18ftypmp42\0\0\0\0mp42isom'],
  ['an image of iPhones', '\0\0\0\x18ftypheic\0\0\0\0mif1heic'],
  ['a brand beyond the box of brands', '\0\0\0\x10ftypheic\0\0\0\0avif'],
  ['a version that reads like a brand', '\0\0\0\x14ftypheicavifmif1'],
  ['a PAM', 'P7\nWIDTH 1\n'],
  ['text', 'P5 is the third of them'.replace('5 ', '5_')],
  ['an archive', 'PK\x03\x04'],
  ['zeros', '\0'.repeat(64)],
])('%s is none of the formats', (_, text) => {
  expect(imageFormat(Buffer.from(text, 'latin1'))).toBeNull();
});
