/**
 * Times non-maximum suppression of 25,200 boxes × 80 classes (the size of YOLOv5 at 640 × 640) beside the plain version, taking turns:
 *
 *     npm run build && node bench/suppression.mjs
 *
 * Both get the same drawn boxes, and what they keep must be the same. Prints the least time, which other
 * programs disturb least, and in brackets the quartiles; the ratio is that of the medians.
 */
import { performance } from 'node:perf_hooks';
import { createPostprocessor } from '../dist/engine/postprocess/postprocessor.js';
import { generator, uniform } from '../dist/stats/random.js';
import { plainSuppression } from './plain-suppression.mjs';

const anchors = 25_200;
const classes = 80;
const rounds = Number(process.argv[2] ?? 60);

/** What a detector gives: most scores next to nothing, and around each object a cluster of boxes that agree more or less. */
function drawDetections({ objects, boxesPerObject, seed }) {
  const source = generator(seed);
  const draw = (low, high) => low + (high - low) * uniform(source);
  const boxes = new Float32Array(4 * anchors);
  const scores = new Float32Array(anchors * classes);
  for (let place = 0; place < scores.length; place++) scores[place] = 0.01 * uniform(source) ** 4;
  for (let anchor = 0; anchor < anchors; anchor++) {
    const [x, y, width, height] = [draw(0, 640), draw(0, 640), draw(8, 120), draw(8, 120)];
    boxes.set([x - width / 2, y - height / 2, x + width / 2, y + height / 2], 4 * anchor);
  }
  const free = Array.from({ length: anchors }, (_, anchor) => anchor);
  for (let object = 0; object < objects; object++) {
    const [x, y, width, height] = [draw(20, 620), draw(20, 620), draw(16, 160), draw(16, 160)];
    // Some classes are common, as people are on photographs.
    const category = Math.floor(classes * uniform(source) ** 3);
    const confidence = draw(0.5, 0.95);
    for (let box = 0; box < boxesPerObject; box++) {
      const [anchor] = free.splice(Math.floor(draw(0, free.length)), 1);
      const off = 0.12;
      const [left, top] = [x - width / 2 + draw(-off, off) * width, y - height / 2 + draw(-off, off) * height];
      boxes.set([left, top, left + width * draw(0.85, 1.15), top + height * draw(0.85, 1.15)], 4 * anchor);
      scores[anchor * classes + category] = confidence * draw(0.4, 1);
      // A second class that is often taken for the first.
      if (uniform(source) < 0.2) scores[anchor * classes + ((category + 1) % classes)] = confidence * draw(0.2, 0.6);
    }
  }
  return { boxes, scores };
}

const cases = [
  { name: 'a photograph: 40 objects × 20 boxes', objects: 40, boxesPerObject: 20, scoreThreshold: 0.25 },
  { name: 'crowded: 400 objects × 12 boxes', objects: 400, boxesPerObject: 12, scoreThreshold: 0.25 },
  { name: 'crowded: 400 objects × 40 boxes', objects: 400, boxesPerObject: 40, scoreThreshold: 0.25 },
  { name: 'nearly all that is left: threshold 0.009', objects: 40, boxesPerObject: 20, scoreThreshold: 0.009 },
];

for (const { name, objects, boxesPerObject, scoreThreshold } of cases) {
  const { boxes, scores } = drawDetections({ objects, boxesPerObject, seed: 1 });
  const limits = { scoreThreshold, iouThreshold: 0.45, maxDetections: 300 };
  const detect = createPostprocessor(
    {
      kind: 'detect',
      boxes: 'boxes',
      scores: 'scores',
      layout: 'rows',
      objectness: false,
      boxFormat: 'xyxy',
      normalized: false,
      perClass: true,
      soft: null,
      activation: 'none',
      background: null,
      ...limits,
    },
    ['boxes', 'scores'],
    1,
  );
  const outputs = {
    boxes: { type: 'float32', dims: [1, anchors, 4], data: boxes },
    scores: { type: 'float32', dims: [1, anchors, classes], data: scores },
  };
  const contenders = {
    plain: () => plainSuppression(boxes, scores, classes, limits),
    dyno: () => detect(outputs)[0].boxes,
  };
  const kept = contenders.dyno();
  compare(kept, contenders.plain());

  const times = { plain: [], dyno: [] };
  for (let round = 0; round < rounds; round++) {
    for (const [contender, run] of Object.entries(contenders)) {
      const start = performance.now();
      run();
      times[contender].push(performance.now() - start);
    }
  }
  const candidates = scores.reduce((sum, score) => sum + (score > scoreThreshold ? 1 : 0), 0);
  const [plain, dyno] = [quartiles(times.plain), quartiles(times.dyno)];
  console.log(`${name} (${candidates} candidates, ${kept.length} kept)`);
  console.log(`  plain ${text(plain)}   dyno ${text(dyno)}   ${(plain[2] / dyno[2]).toFixed(1)} ×`);
}

function compare(kept, expected) {
  const flat = (list) => list.map(({ box, score }) => [...box, score].join(' ')).join('\n');
  if (flat(kept) !== flat(expected)) throw new Error('The plain version keeps other boxes.');
}

function quartiles(list) {
  const sorted = list.toSorted((a, b) => a - b);
  return [0, 0.25, 0.5, 0.75].map((part) => sorted[Math.floor(part * sorted.length)]);
}

function text([least, ...parts]) {
  return `${least.toFixed(2)} ms (${parts.map((part) => part.toFixed(2)).join(', ')})`;
}
