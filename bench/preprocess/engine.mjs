// The engine's preprocessing: JPEG files → 224 × 224 → normalised float NCHW, on every core; queries of 8 images, as a model gets
// them. Started by compare.mjs. Reads lines `SECONDS` on stdin and answers each with `IMAGES SECONDS CPU_SECONDS`.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createPreprocessor } from '../../dist/engine/preprocess/preprocessor.js';
import { allocateFloats } from '../../dist/engine/preprocess/vector-writer.js';

const [folder = '', kind = 'run', batch = '8'] = process.argv.slice(2);
const paths = readdirSync(folder)
  .filter((name) => name.endsWith('.jpg'))
  .sort();
const files = paths.map((name) => readFileSync(join(folder, name)));
const resize = { width: 224, height: 224, mode: 'stretch', kernel: 'linear', shorterSide: null, padding: 0 };
const settings = { resize, color: 'rgb', normalize: { kind: 'torchvision' }, layout: 'nchw' };
const values = 3 * 224 * 224;

if (kind === 'pixels') {
  const { write } = createPreprocessor({ ...settings, normalize: { kind: 'none' }, layout: 'nhwc' });
  for (const [index, data] of files.entries()) {
    const floats = new Float32Array(values);
    await write(data, floats, 0, () => paths[index]);
    writeFileSync(join(folder, paths[index].replace('.jpg', '.engine.rgb')), Uint8Array.from(floats));
  }
} else {
  const { write } = createPreprocessor(settings);
  const size = Number(batch);
  const tensor = allocateFloats(size * values);
  let next = 0;
  const query = () =>
    Promise.all(
      Array.from({ length: size }, (_, item) =>
        write(files[next++ % files.length], tensor, item * values, () => 'image'),
      ),
    );
  const run = async (seconds) => {
    const start = performance.now();
    const used = process.cpuUsage();
    let done = 0;
    for (; performance.now() - start < 1000 * seconds; done += size) await query();
    const { user, system } = process.cpuUsage(used);
    return `${done} ${(performance.now() - start) / 1000} ${(user + system) / 1e6}`;
  };
  await run(1);
  console.log('ready');
  for await (const line of createInterface({ input: process.stdin })) console.log(await run(Number(line)));
}
