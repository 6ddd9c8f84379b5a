import { processorName } from '../../kernel/processor-name.ts';
import type { Backend, LoadOptions, PrecisionSupport, Probe, Session } from './backend.ts';
import { importOrt, ortInstallLine, ortVersion, runSmallestModel, whyOrtFails } from './ort-library.ts';
import { openOrtSession } from './ort-session.ts';

/**
 * fp16 is computed in 32-bit floats between casts. For bf16 there are no kernels: weights are stored in it, and cast once when they are loaded.
 * 8-bit operators are computed in integers, whether scales stand in the file or are found at run time.
 */
const precisions: Readonly<Record<string, PrecisionSupport>> = {
  fp32: 'native',
  fp16: 'emulated',
  bf16: 'storage',
  int8: 'native',
  int8_dynamic: 'native',
};

/** ONNX Runtime on the CPU, embedded in this process. `run` computes in the calling thread and blocks it. */
export const ortCpu: Backend = {
  name: 'ort-cpu',
  stack: 'ort-cpu',
  operatorDomains: ['com.microsoft'],

  async probe(): Promise<Probe> {
    try {
      const ort = await importOrt();
      await runSmallestModel(ort, ['cpu']);
      return {
        available: true,
        device: processorName(),
        version: ortVersion(ort),
        precisions,
      };
    } catch (error) {
      return { available: false, reason: whyOrtFails(error), remedy: ortInstallLine };
    }
  },

  async load(modelPath: string, options: LoadOptions): Promise<Session> {
    return openOrtSession({ backend: 'ort-cpu', precisions, executionProviders: ['cpu'] }, modelPath, options);
  },
};
