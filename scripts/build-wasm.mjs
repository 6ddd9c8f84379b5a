// Compiles wasm/pixels.ts with AssemblyScript and writes the module, as text, to src/engine/preprocess/pixel-module.ts, which is
// committed: who installs the package needs no compiler. `node scripts/build-wasm.mjs` after each change of wasm/; a test compares.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'src', 'engine', 'preprocess', 'pixel-module.ts');

/** The module that wasm/ compiles to. */
export async function compilePixels() {
  const { main } = await import('assemblyscript/asc');
  const files = {};
  const { error, stderr } = await main(
    // No heap and no runtime: see wasm/pixels.ts. Two pages hold the module's own data; the caller asks for more.
    [
      'pixels.ts',
      '--baseDir',
      join(root, 'wasm'),
      '--outFile',
      'pixels.wasm',
      '--runtime',
      'stub',
      '-O3',
      '--noAssert',
    ].concat(['--enable', 'simd', '--use', 'abort=', '--initialMemory', '2']),
    { writeFile: (name, contents) => Object.assign(files, { [name]: contents }) },
  );
  if (error !== null) throw new Error(`wasm/ does not compile: ${stderr.toString()}`);
  return files['pixels.wasm'];
}

/** The text of pixel-module.ts for a module. */
export function asSource(module) {
  const lines =
    Buffer.from(module)
      .toString('base64')
      .match(/.{1,116}/g) ?? [];
  return `// Made by scripts/build-wasm.mjs out of wasm/: do not edit.
/** The WebAssembly module of wasm/pixels.ts, in base64. */
export const pixelModule =
  '${lines.join("' +\n  '")}';
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, asSource(await compilePixels()));
