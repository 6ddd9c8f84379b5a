// Workloads of the hub, what the toggles make of them, and the engine that runs them, for the measurements beside this file.
import { buildVariant } from '../dist/compress/build-variant.js';
import { ortCpu } from '../dist/engine/backends/ort-cpu.js';
import { cacheFolder } from '../dist/kernel/cache-folder.js';
import { Registry } from '../dist/kernel/registry.js';
import { builtInWorkloads } from '../dist/workloads/builtin-workloads.js';
import { openItems } from '../dist/workloads/load-items.js';
import { prepareWorkload } from '../dist/workloads/prepare-workload.js';

export const backend = ortCpu;
export const hub = new Registry('workload');
for (const workload of builtInWorkloads) hub.add(workload);

/** The workload of the hub with that name: what was asked for, what was prepared, and its items. */
export async function openWorkload(name) {
  const request = { name, kind: 'hub', definition: null };
  const workload = await prepareWorkload(request, hub, cacheFolder());
  return { request, workload, items: await openItems(workload) };
}

/** The workload on a model that was rewritten; what is left out of the settings leaves the model as it is. */
export async function variantOf({ request, workload }, settings) {
  const all = { precision: 'fp32', hygiene: 'on', fusion: false, domains: [], ...settings };
  return buildVariant({ request, workload }, all, { hub, cacheFolder: cacheFolder(), backend });
}
