// Times normalising and laying out a picture of 224 × 224 against a copy of as many floats, in turns: `npm run build && node bench/preprocess/normalize.mjs`
import { createNormalization } from '../../dist/engine/preprocess/normalization.js';
import { allocateFloats } from '../../dist/engine/preprocess/vector-writer.js';
import { writePicture } from '../../dist/engine/preprocess/write-picture.js';

const side = 224;
const pixels = Uint8Array.from({ length: side * side * 3 }, (_, i) => (i * 167) % 256);
const photograph = { pixels, width: side, height: side, channels: 3 };
const grayPhotograph = { ...photograph, pixels: pixels.subarray(0, side * side), channels: 1 };
const [source, target] = [new Float32Array(3 * side * side).fill(1), new Float32Array(3 * side * side)];
const bytes = new Uint8Array(3 * side * side);
const ours = allocateFloats(3 * side * side);

const jobs = new Map([['copy of 602 kB (Float32Array.set)', () => target.set(source)]]);
for (const [name, picture, color, layout, memory] of [
  ['rgb, NCHW, memory of allocateFloats', photograph, 'rgb', 'nchw', ours],
  ['bgr, NCHW, memory of allocateFloats', photograph, 'bgr', 'nchw', ours],
  ['rgb, NHWC, memory of allocateFloats', photograph, 'rgb', 'nhwc', ours],
  ['rgb, NCHW, any memory', photograph, 'rgb', 'nchw', target],
  ['bgr, NHWC, memory of allocateFloats', photograph, 'bgr', 'nhwc', ours],
  ['rgb, NCHW, bytes', photograph, 'rgb', 'nchw', bytes],
  ['gray (a third of the values)', grayPhotograph, 'gray', 'nchw', ours],
  ['gray from colour (a third)', photograph, 'gray', 'nchw', ours],
]) {
  const kind = memory === bytes ? { kind: 'none' } : { kind: 'per_tensor', mean: 0.45, deviation: 0.225 };
  const normalization = createNormalization(kind, color);
  const tensor = { width: side, height: side, color, layout, padding: 0 };
  jobs.set(name, () => writePicture(picture, tensor, normalization, memory, 0));
}

const times = new Map([...jobs.keys()].map((name) => [name, []]));
for (let round = 0; round < 200; round++) {
  for (const [name, job] of jobs) {
    const start = performance.now();
    for (let i = 0; i < 20; i++) job();
    times.get(name).push(((performance.now() - start) * 1000) / 20);
  }
}
const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const copy = middle(times.get('copy of 602 kB (Float32Array.set)'));
for (const [name, values] of times) {
  const time = middle(values);
  console.log(`${name.padEnd(40)} ${time.toFixed(1).padStart(6)} µs, ${(time / copy).toFixed(2)} × the copy`);
}
const before = process.memoryUsage();
for (let i = 0; i < 1000; i++) jobs.get('rgb, NCHW, memory of allocateFloats')();
const { heapUsed, arrayBuffers } = process.memoryUsage();
console.log(
  `1,000 pictures: ${Math.round((heapUsed - before.heapUsed) / 1000)} kB of heap, ${Math.round((arrayBuffers - before.arrayBuffers) / 1000)} kB of buffers`,
);
