import { expect, test } from 'vitest';
import { refuseReferences } from '../../../../src/engine/preprocess/formats/svg-references.ts';

const drawing = (content: string): Buffer =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">${content}</svg>`);

test.each([
  '<defs><g id="a"/></defs><use href="#a"/><use xlink:href=\'#a\'/>',
  '<a href="https://example.org"><rect width="1" height="1"/></a>',
  '<text data-src="x" title="see href=\'x\' > y">href="x.png"</text>',
  '<rect fill="url(#gradient)"/>',
])('%s refers to nothing outside itself', (content) => {
  expect(() => refuseReferences(drawing(content))).not.toThrow();
});

test.each([
  ['<image href="photo.png"/>', 'its <image> shows "photo.png"'],
  ["<image\n xlink:href = 'file:///etc/passwd'/>", 'its <image> shows "file:///etc/passwd"'],
  ['<image title="a > b" href="data:image/png;base64,iVBOR"/>', 'its <image> shows "data:image/png;base64,iVBOR"'],
  ['<use href="other.svg#a"/>', 'its <use> shows "other.svg#a"'],
  ['<image href="&entity;"/>', 'its <image> shows "&entity;"'],
  ['<xi:include href="x"/>', 'its <xi:include> shows "x"'],
  ['<?xml-stylesheet href="style.css"?>', 'its <?xml-stylesheet> shows "style.css"'],
  ['<animate href="x"/>', 'its <animate> shows "x"'],
])('%s is refused', (content, message) => {
  expect(() => refuseReferences(drawing(content))).toThrow(message);
});

test('hostile text is searched in a time that grows with its length alone', () => {
  // Each of these would take hours if it were searched again from every place in it.
  for (const piece of ['<a ', '<a "', "<a '", '<a href', 'href  ', '<a b="', '" \' ', 'aaa', ' a=', 'a  ']) {
    expect(() => refuseReferences(drawing(`<a ${piece.repeat(300_000)}`))).not.toThrow();
  }
});
