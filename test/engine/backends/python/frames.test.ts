import { expect, test } from 'vitest';
import { encodeFrame, type Frame, FrameReader } from '../../../../src/engine/backends/python/frames.ts';

function read(...chunks: Uint8Array[]): Frame[] {
  const frames: Frame[] = [];
  const reader = new FrameReader((frame) => frames.push(frame));
  for (const chunk of chunks) reader.push(chunk);
  return frames;
}

function written(header: Record<string, unknown>, ...parts: Uint8Array[]): Buffer {
  return Buffer.concat(encodeFrame(header, parts));
}

test('a frame is the length of its header, the header with the lengths of its parts, and the parts', () => {
  const bytes = written({ id: 1 }, Uint8Array.of(7, 8));
  const text = '{"id":1,"bytes":[2]}';
  expect(bytes.readUInt32LE()).toBe(20); // characters of the text, all of them ASCII
  expect(bytes.subarray(4).toString('latin1')).toBe(`${text}\x07\x08`);
});

test('frames are put together from chunks of any size', () => {
  const bytes = Buffer.concat([
    written({ id: 1 }, Uint8Array.of(1, 2, 3), new Uint8Array(0)),
    written({ id: 2, what: 'ä' }),
  ]);
  const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
  for (const frames of [read(bytes), read(...single)]) {
    expect(frames.map(({ header }) => header.id)).toEqual([1, 2]);
    expect(frames.map(({ parts }) => parts.map((part) => [...part]))).toEqual([[[1, 2, 3], []], []]);
    expect(frames[1]?.header.what).toBe('ä');
  }
});

test('a part can be seen as elements of any size, however the chunks were cut', () => {
  const values = Float64Array.of(0.5, -2);
  const bytes = written({ id: 1 }, new Uint8Array(values.buffer));
  const [frame] = read(bytes.subarray(0, 30), bytes.subarray(30));
  const [part] = frame?.parts ?? [];
  expect(part && [...new Float64Array(part.buffer, part.byteOffset, 2)]).toEqual([0.5, -2]);
});

test('what is no frame is told with what came', () => {
  const code = 'PROTOCOL_BROKEN';
  // "Load" as a number: 0x64616f4c, above any length of a header.
  expect(() => read(Buffer.from('Loading the model...\n'))).toThrow(expect.objectContaining({ code }));
  expect(() => read(Buffer.from('Loading the model...\n'))).toThrow('got 1684107084');
  const noJson = Buffer.concat([Buffer.from([5, 0, 0, 0]), Buffer.from('hello')]);
  expect(() => read(noJson)).toThrow('expected a header in JSON, got "hello"');
  expect(() => read(written({ id: 1 }).fill('9', 19, 20))).toThrow(expect.objectContaining({ code }));
});

test('lengths that no tensor has are refused before memory is taken for them', () => {
  const header = Buffer.from('{"bytes":[1e12]}');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  expect(() => read(length, header)).toThrow(
    'expected lengths of parts, each at most 2147483648 bytes, got [1000000000000]',
  );
});
