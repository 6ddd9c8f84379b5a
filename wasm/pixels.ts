// The inner loops over pixels, in AssemblyScript, compiled to WebAssembly with SIMD by `node scripts/build-wasm.mjs`.
// No heap and no state: whoever calls lays out the memory from `heapStart()` on.
export { buildHuffmanTable } from './huffman-table';
export { decodeScan } from './jpeg-scan';
export { normalizeInOrder, normalizeToPlanes, swapRedBlue } from './normalize';
export { mixRows, scaleRow } from './resample';
export { splitRow, storeColorRow, storeGrayRow, storeLumaChromaRow } from './rows';

/** The first byte that the module does not use itself. */
export function heapStart(): usize {
  return __heap_base;
}
