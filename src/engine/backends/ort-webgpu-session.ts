import { DynoError, errorText } from '../../kernel/errors.ts';
import type { EffectiveField } from '../effective.ts';
import type { LoadOptions, Session, Tensor, TensorData, TensorSpec, Tensors } from './backend.ts';
import { acceptedSettings, fallbackOption, type OrtSession, statedOptions } from './ort-session.ts';
import type { WebGpuDevice } from './ort-webgpu-device.ts';
import { withDeviceTimes } from './ort-webgpu-profile.ts';
import { webGpuQueue } from './ort-webgpu-queue.ts';

/** A model on the WebGPU device of this process. `run` waits for the runs of all other sessions before it, and blocks the calling thread. */
export class WebGpuSession implements Session {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly #session: OrtSession;
  readonly #options: LoadOptions;
  readonly #device: WebGpuDevice;

  constructor(session: OrtSession, options: LoadOptions, device: WebGpuDevice) {
    this.#session = session;
    this.#options = options;
    this.#device = device;
    this.inputs = session.inputs;
    this.outputs = session.outputs;
  }

  tensor(type: string, dims: readonly number[], data: TensorData): Tensor {
    return this.#session.tensor(type, dims, data);
  }

  run(feeds: Tensors, into: Tensors | null): Promise<Tensors> {
    return onDevice(() => this.#session.run(feeds, into));
  }

  bareCall(feeds: Tensors, into: Tensors | null): () => Promise<unknown> {
    return this.#session.bareCall(feeds, into);
  }

  /** The provider tells nothing of what took effect: these are the settings that it accepted, and the device, which the process shows. */
  effective(): Record<string, EffectiveField> {
    return webGpuEffective(this.#options, this.#device);
  }

  profile(): Promise<string | null> {
    return onDevice(async () => withDeviceTimes(await this.#session.profile()));
  }

  dispose(): Promise<void> {
    return onDevice(() => this.#session.dispose());
  }
}

/** What is known of a session on the device: threads compute nothing of it, so that neither they nor their spinning are anything, unless operators may run there. */
export function webGpuEffective(options: LoadOptions, { name, kind }: WebGpuDevice): Record<string, EffectiveField> {
  const none: EffectiveField = { value: null, evidence: 'session metadata' };
  const seen = kind === null ? 'unverified' : 'libraries of the process';
  return {
    ...acceptedSettings('ort-webgpu', options),
    ...statedOptions(options),
    ...(options.providerOptions?.[fallbackOption] === true ? {} : { threads: none, spinning: none }),
    device: { value: name, evidence: seen },
    deviceKind: { value: kind, evidence: seen },
  };
}

/** Does it when nothing else is done with the device. Throws `DEVICE_LOST` where the device went, and otherwise what the library throws. */
export function onDevice<T>(action: () => Promise<T>): Promise<T> {
  return webGpuQueue.next(async () => {
    try {
      return await action();
    } catch (cause) {
      throw isDeviceLost(errorText(cause)) ? deviceLost(cause) : cause;
    }
  });
}

/** Whether an error says that the device is gone: by Dawn ("[Device] is lost."), by the library, or by Vulkan. */
export function isDeviceLost(text: string): boolean {
  return /\[[^\]]*device[^\]]*\] is lost\b|\bdevice (is |was )?lost\b|VK_ERROR_DEVICE_LOST/i.test(text);
}

/** The error for a device that went while it was used. */
export function deviceLost(cause: unknown): DynoError {
  if (cause instanceof DynoError && cause.code === 'DEVICE_LOST') return cause;
  return new DynoError(
    'DEVICE_LOST',
    `The backend ort-webgpu: the device was lost (${errorText(cause)}), and this process cannot get it back. Take smaller batches (--batch-size 1), update the driver, and look at dmesg for what it says of the GPU.`,
    { cause },
  );
}
