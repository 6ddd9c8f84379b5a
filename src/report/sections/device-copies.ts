import type { EngineCell } from '../../analysis/engine-effects.ts';

/** Engines that are handed tensors in the memory of the host, and hand them back there. */
const fromHost: ReadonlySet<string> = new Set(['ort-cuda', 'ort-tensorrt', 'ort-webgpu']);
/** Engines whose tensors are on a device before their clock starts, where they compute on one. */
const onDevice = /^(python-onnxruntime-(cuda|tensorrt|rocm)|pytorch-.+)$/;

/** What is to be known of groups in which some engines copy tensors to the device within their times, and others before. */
export function copiesNotes(groups: readonly (readonly EngineCell[])[]): string[] {
  const isUnequal = groups.some(
    (cells) =>
      cells.some(({ one }) => fromHost.has(one.axes.backend)) &&
      cells.some(({ one }) => onDevice.test(one.axes.backend) && one.transport?.inLatency === false),
  );
  return isUnequal
    ? [
        'Embedded engines copy tensors from the memory of the host to the device and back within their times. Engines in Python have them on the device before the clock starts, and their copies are in the transport: a ratio of the two holds that difference.',
      ]
    : [];
}
