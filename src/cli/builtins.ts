import { builtInCollectors } from '../collectors/builtin-collectors.ts';
import { nullBackend } from '../engine/backends/null.ts';
import { ortCpu } from '../engine/backends/ort-cpu.ts';
import { wasm } from '../engine/backends/wasm.ts';
import { operatorBackend } from '../engine/operators/operator-backend.ts';
import type { Plugins } from '../runner/plugins.ts';
import { builtInWorkloads } from '../workloads/builtin-workloads.ts';

/** Registers everything that comes with Dyno, through the door that third-party plug-ins use. */
export function register({ backends, collectors, workloads }: Plugins): void {
  backends.add(ortCpu);
  backends.add(wasm);
  backends.add(nullBackend);
  backends.add(operatorBackend);
  for (const collector of builtInCollectors()) collectors.add(collector);
  for (const workload of builtInWorkloads) workloads.add(workload);
}
