/** A Vulkan driver that computes on the processor, so that WebGPU runs where there is no GPU: SwiftShader, as Chromium brings it. */
import { existsSync } from 'node:fs';
import { vulkanState } from '../../../src/engine/backends/ort-webgpu-device.ts';

const drivers = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'].map(
  (folder) => `${folder}/vk_swiftshader_icd.json`,
);

export const swiftShaderDriver = drivers.find((file) => existsSync(file)) ?? null;

/** Why tests on SwiftShader are skipped; null: they run. */
export const whyNoSwiftShader =
  swiftShaderDriver === null
    ? 'Chromium, which brings SwiftShader, is not installed'
    : vulkanState().hasLoader
      ? null
      : 'libvulkan1 is not installed';

/** `title`, and why its tests are skipped where they are. */
export function onSwiftShader(title: string): string {
  return whyNoSwiftShader === null ? title : `${title} (skipped: ${whyNoSwiftShader})`;
}

/** Makes SwiftShader the only driver for this process, which has to say so before its first use of WebGPU. */
export function useSwiftShader(): void {
  delete process.env.VK_DRIVER_FILES;
  if (swiftShaderDriver !== null) process.env.VK_ICD_FILENAMES = swiftShaderDriver;
}
