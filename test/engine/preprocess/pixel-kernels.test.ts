import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { readJpegHeader } from '../../../src/engine/preprocess/jpeg-header.ts';
import { builtScript } from '../../../src/kernel/package-root.ts';

const fixture = join(import.meta.dirname, 'fixtures', 'cat-422.jpg');

/** What a script prints in a process of its own, whose Node.js has no WebAssembly. */
function withoutWebAssembly(script: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'pixel-kernels-'));
  try {
    const file = join(folder, 'script.mjs');
    writeFileSync(file, script);
    return JSON.parse(
      execFileSync(process.execPath, ['--jitless', file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function built(name: string): string {
  return JSON.stringify(pathToFileURL(builtScript(`engine/preprocess/${name}.js`)).href);
}

test('without WebAssembly, threads and the scaling of pictures answer with an error that says so, and the process ends', () => {
  expect(readJpegHeader(readFileSync(fixture))).not.toBeNull();
  const codes = withoutWebAssembly(`
    import { readFileSync } from 'node:fs';
    const { scaleJpegInThread } = await import(${built('jpeg-threads')});
    const { resizePicture } = await import(${built('resize-picture')});
    const bytes = readFileSync(${JSON.stringify(fixture)});
    const jpeg = () => scaleJpegInThread(bytes, { width: 20, height: 10 }, 'linear');
    const picture = { pixels: new Uint8Array(12), width: 4, height: 3, channels: 1 };
    const all = await Promise.allSettled([...Array.from({ length: 9 }, jpeg), resizePicture(picture, 2, 2, 'linear')]);
    console.log(JSON.stringify(all.map(({ reason }) => [reason?.name, reason?.code])));
  `);
  expect(codes).toEqual(Array.from({ length: 10 }, () => ['DynoError', 'WEBASSEMBLY_UNAVAILABLE']));
});

test('without WebAssembly, memory for tensors is still to be had', () => {
  const length = withoutWebAssembly(`
    const { allocateFloats } = await import(${built('vector-writer')});
    console.log(allocateFloats(12).length);
  `);
  expect(length).toBe(12);
});
