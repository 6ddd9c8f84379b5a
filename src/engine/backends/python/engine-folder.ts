import { join } from 'node:path';
import { sha256OfFile } from '../../../kernel/content-hash.ts';
import { makeFolder } from '../../../kernel/make-folder.ts';
import type { LoadOptions } from '../backend.ts';

const option = 'trt_engine_cache_path';

/**
 * The options with a folder of its own for the engines of this model at this precision, which is made; where none are kept, as they are. ONNX Runtime names
 * an engine by the name of the model's file, its tensors and 16 or 8 bits: one of other weights, or one that rounds to TF32, would be taken for it.
 */
export async function withEngineFolder(modelPath: string, options: LoadOptions): Promise<LoadOptions> {
  const { providerOptions = {}, precision } = options;
  const root = providerOptions[option];
  if (typeof root !== 'string') return options;
  const folder = join(root, `${(await sha256OfFile(modelPath)).slice(0, 16)}-${precision}`);
  makeFolder(folder);
  return { ...options, providerOptions: { ...providerOptions, [option]: folder } };
}
