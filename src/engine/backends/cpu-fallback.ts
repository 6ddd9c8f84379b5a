import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText, InputError } from '../../kernel/errors.ts';
import { makeTemporaryFolder } from '../../kernel/temporary-folder.ts';
import { elementArray, elementCount } from '../element-array.ts';
import { operatorProfile } from '../proof/operator-profile.ts';
import type { LoadOptions } from './backend.ts';
import { oneThread } from './one-thread.ts';
import { loadOrt } from './ort-library.ts';
import { fallbackOption, type OrtProvider, OrtSession, sessionOptions } from './ort-session.ts';

const cpuProvider = 'CPUExecutionProvider';

/**
 * The error for a model of which a device lacks operators, from what ONNX Runtime threw when it was not allowed to run them on the processor; null: it
 * threw something else. Which operators they are, the library does not tell: the model is loaded a second time with them on the processor and run
 * once on zeros, and the operator profile of that tells.
 */
export async function explainFallback(
  provider: Pick<OrtProvider, 'backend' | 'executionProviders'> & { readonly asFloats?: boolean },
  cause: unknown,
  modelPath: string,
): Promise<InputError | null> {
  if (!/fallback to CPU EP has been explicitly disabled/.test(errorText(cause))) return null;
  let which: string;
  try {
    which = await operatorsOnCpu(provider, modelPath);
  } catch (error) {
    which = `operators (which ones could not be found out: ${errorText(error)})`;
  }
  return new InputError(
    'DEVICE_LACKS_OPERATORS',
    `${modelPath}: expected a model that runs on the device alone, got one of which the provider of ${provider.backend} lacks ${which}. They would run on the processor, with copies there and back. Take a backend that has them (--backend ort-cpu), or export the model without them. To measure it as it is, put ${fallbackOption}: true under provider_options of the adaptation in a hardware profile: the share that ran on the device is then part of the result.`,
    { cause },
  );
}

async function operatorsOnCpu(
  { backend, executionProviders, asFloats = false }: Parameters<typeof explainFallback>[0],
  modelPath: string,
): Promise<string> {
  const folder = makeTemporaryFolder('dyno-operators-');
  try {
    const options: LoadOptions = { ...oneThread, profilePrefix: join(folder, 'operators') };
    const ort = await loadOrt(backend);
    const native = await ort.InferenceSession.create(
      modelPath,
      sessionOptions(options, executionProviders, { asFloats }),
    );
    const session = new OrtSession(ort, native, backend, options);
    try {
      const feeds = Object.fromEntries(
        session.inputs.map(({ name, type, shape }) => {
          const dims = shape.map((dimension) => (typeof dimension === 'number' ? dimension : 1));
          return [name, session.tensor(type, dims, elementArray(type, elementCount(dims)))];
        }),
      );
      await session.run(feeds, null);
      return listed(operatorProfile(await session.profile())?.nodes ?? []);
    } finally {
      await session.dispose();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `2 of 57 operators: TopK, NonMaxSuppression`. What copies tensors between devices is no operator of the model. */
function listed(nodes: readonly { readonly operator: string; readonly provider: string | null }[]): string {
  const ofModel = nodes.filter(({ operator }) => !operator.startsWith('Memcpy'));
  const lacking = ofModel.filter(({ provider }) => provider === cpuProvider);
  if (lacking.length === 0) throw new Error('none ran on the processor when it was tried');
  const counts = new Map<string, number>();
  for (const { operator } of lacking) counts.set(operator, (counts.get(operator) ?? 0) + 1);
  const names = [...counts].map(([name, count]) => (count === 1 ? name : `${name} (${count})`));
  return `${lacking.length} of ${ofModel.length} operators: ${names.join(', ')}`;
}
