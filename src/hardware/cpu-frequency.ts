import { join } from 'node:path';
import { namesIfReadable, textIfReadable } from '../kernel/tolerant-read.ts';

export interface CpuFrequency {
  /** Such as `performance`; several joined by commas when cores differ; null when the kernel offers no cpufreq. */
  readonly governor: string | null;
  readonly maximumHertz: number | null;
}

/** How the clock of the cores is governed, from cpufreq in `/sys`. Virtual machines mostly have none. */
export function cpuFrequency(sysRoot: string): CpuFrequency {
  const folder = join(sysRoot, 'devices', 'system', 'cpu');
  const governors = new Set<string>();
  let maximumKilohertz = 0;
  for (const core of namesIfReadable(folder).filter((name) => /^cpu\d+$/.test(name))) {
    const governor = textIfReadable(join(folder, core, 'cpufreq', 'scaling_governor'));
    if (governor !== null) governors.add(governor);
    const kilohertz = Number(textIfReadable(join(folder, core, 'cpufreq', 'cpuinfo_max_freq')) ?? 0);
    maximumKilohertz = Math.max(maximumKilohertz, kilohertz);
  }
  return {
    governor: governors.size === 0 ? null : [...governors].sort().join(','),
    maximumHertz: maximumKilohertz > 0 ? maximumKilohertz * 1e3 : null,
  };
}
