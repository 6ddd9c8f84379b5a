import { builtInCollectors } from '../collectors/builtin-collectors.ts';
import { nullBackend } from '../engine/backends/null.ts';
import { ortCpu } from '../engine/backends/ort-cpu.ts';
import { ortCuda } from '../engine/backends/ort-cuda.ts';
import { ortTensorRt } from '../engine/backends/ort-tensorrt.ts';
import { ortWebGpu } from '../engine/backends/ort-webgpu.ts';
import { pythonOnnxRuntimes } from '../engine/backends/python/python-onnxruntime.ts';
import { pytorchBackends } from '../engine/backends/python/pytorch.ts';
import { wasm } from '../engine/backends/wasm.ts';
import { operatorBackend } from '../engine/operators/operator-backend.ts';
import type { Plugins } from '../runner/plugins.ts';
import { builtInWorkloads } from '../workloads/builtin-workloads.ts';

/** Registers everything that comes with Dyno, through the door that third-party plug-ins use. */
export function register({ backends, collectors, workloads }: Plugins): void {
  backends.add(ortCpu);
  backends.add(ortCuda);
  backends.add(ortTensorRt);
  backends.add(ortWebGpu);
  backends.add(wasm);
  for (const backend of [...pythonOnnxRuntimes, ...pytorchBackends]) backends.add(backend);
  backends.add(nullBackend);
  backends.add(operatorBackend);
  for (const collector of builtInCollectors()) collectors.add(collector);
  for (const workload of builtInWorkloads) workloads.add(workload);
}
