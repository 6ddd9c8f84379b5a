import fs from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as OnnxRuntimeWeb from 'onnxruntime-web';
import { DynoError, errorText } from '../../kernel/errors.ts';
import { installedPackage } from '../../kernel/installed-package.ts';

/** The types of onnxruntime-web, which is loaded here and nowhere else. */
export type * as OrtWeb from 'onnxruntime-web';

/** The line that installs the library. It has no install script, and nothing of it is downloaded later. */
export const wasmInstallLine = 'npm install --save-exact onnxruntime-web@1.30.0';

const packageName = 'onnxruntime-web';

/** By the number of threads. */
const libraries = new Map<number, typeof OnnxRuntimeWeb>();

/**
 * onnxruntime-web with a pool of `threads` threads, the calling one among them. The pool belongs to the library and not to a session, and is
 * as large as it was at the first session: so each number of threads has a copy of the library, with a WebAssembly memory of its own, which
 * lasts as long as the process. Throws what loading throws, and an error of code `ERR_MODULE_NOT_FOUND` where it is not installed.
 */
export function wasmLibrary(threads: number): typeof OnnxRuntimeWeb {
  const known = libraries.get(threads);
  if (known !== undefined) return known;
  const folder = installedPackage(packageName);
  if (folder === null) {
    throw Object.assign(new Error(`Cannot find package "${packageName}"`), { code: 'ERR_MODULE_NOT_FOUND' });
  }
  const ort = loadAgain(folder);
  // Everything comes from the package's own folder: without this, what a page would fetch is looked for relative to who asks.
  const fileUrl = (name: string) => pathToFileURL(join(folder, 'dist', name));
  ort.env.wasm.wasmPaths = {
    mjs: fileUrl('ort-wasm-simd-threaded.mjs'),
    wasm: fileUrl('ort-wasm-simd-threaded.wasm'),
  };
  ort.env.wasm.numThreads = threads;
  // No worker in between: calls compute in the thread that makes them, as those of onnxruntime-node do.
  ort.env.wasm.proxy = false;
  ort.env.logLevel = 'error';
  libraries.set(threads, ort);
  return ort;
}

/** A library for a session of the backend. Throws `BACKEND_UNAVAILABLE` where it cannot be loaded. */
export function loadWasm(backend: string, threads: number): typeof OnnxRuntimeWeb {
  try {
    return wasmLibrary(threads);
  } catch (cause) {
    const message = `Backend ${backend}: ${whyWasmFails(cause)}. Run: ${wasmInstallLine}`;
    throw new DynoError('BACKEND_UNAVAILABLE', message, { cause });
  }
}

/** Why the library could not be loaded or run, for a probe. */
export function whyWasmFails(error: unknown): string {
  const isMissing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
  return isMissing ? `${packageName} is not installed` : `${packageName} does not work here (${errorText(error)})`;
}

/**
 * What `action` prints to the standard output, which does not come there meanwhile. The WebAssembly build has no file system and prints its operator
 * profiles, by `fs.writeSync`, while it is called.
 */
export function whatIsPrinted(action: () => void): string {
  const written = fs.writeSync;
  const parts: string[] = [];
  const keep = (descriptor: number, ...others: readonly unknown[]): number => {
    const [first] = others;
    if (descriptor !== 1 || typeof first !== 'string') return Reflect.apply(written, fs, [descriptor, ...others]);
    parts.push(first);
    return Buffer.byteLength(first);
  };
  Object.assign(fs, { writeSync: keep });
  try {
    action();
  } finally {
    Object.assign(fs, { writeSync: written });
  }
  return parts.join('');
}

/**
 * A copy of the library that shares nothing with those before it: its CommonJS files, and those of onnxruntime-common, where the flags of the library are, are
 * taken out of the cache of `require` while it loads. What was loaded before comes back, so that onnxruntime-node keeps the copy that it has. What was
 * not stays: Node.js remembers where `require` found a file, and would take one that `import` has merely looked at since for loaded.
 */
function loadAgain(folder: string): typeof OnnxRuntimeWeb {
  const require = createRequire(join(folder, 'package.json'));
  // Resolved as `require` does it: the cache knows files by the paths that links lead to.
  const entry = require.resolve('./dist/ort.node.min.js');
  const shared = dirname(require.resolve('onnxruntime-common')) + sep;
  const cached = Object.entries(require.cache).filter(([file]) => file === entry || file.startsWith(shared));
  for (const [file] of cached) delete require.cache[file];
  try {
    return require(entry);
  } finally {
    for (const [file, module] of cached) if (module?.loaded) require.cache[file] = module;
  }
}
