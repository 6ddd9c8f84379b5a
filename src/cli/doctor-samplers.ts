import { devicePowerText, powerSavingText } from '../analysis/power-text.ts';
import { builtInCollectors } from '../collectors/builtin-collectors.ts';
import type { Collector, CollectorProbe, Device } from '../collectors/collector.ts';
import { type Check, ok } from './doctor-check.ts';

/** Columns that energy is made of. */
const energyColumn = /_(energy|power)$/;

/** What will be sampled while a case runs: each collector with its columns or with its reason, and whether there is energy among them. */
export async function checkSamplers(collectors: readonly Collector[] = builtInCollectors()): Promise<readonly Check[]> {
  const probed = await Promise.all(
    collectors.map(async (collector) => {
      const probe = await collector.probe();
      await collector.end?.();
      return { collector, probe };
    }),
  );
  return [
    ...probed.map(({ collector, probe }) => checkSampler(collector, probe)),
    ...probed.flatMap(({ probe }) => (probe.available ? (probe.devices ?? []).flatMap(checkPower) : [])),
    checkEnergy(probed),
  ];
}

function checkSampler({ name, columns: declared }: Collector, probe: CollectorProbe): Check {
  if (!probe.available) {
    // Another one does its work.
    if (probe.code === 'NOT_NEEDED') return ok(name, probe.reason);
    const status = name === 'process' ? 'warning' : 'optional';
    return { name, status, message: probe.reason, fix: null };
  }
  const { columns = declared, missing = [] } = probe;
  const without = new Set(missing.map(({ column }) => column));
  const filled = columns.filter((column) => !without.has(column.name)).map((column) => column.name);
  const lacking = missing.map(({ column, reason }) => `${column} (${reason})`);
  const rest = lacking.length === 0 ? '' : `; not here: ${lacking.join(' ')}`;
  return ok(name, `${filled.length} columns: ${filled.join(', ')}${rest}`);
}

/** What limits a device, and whether it is held below what it does by default. Tools that tell nothing of that have no check. */
function checkPower(device: Device): Check[] {
  const { kind, index, power, vendor } = device;
  if (power === undefined) return [];
  const name = `${kind}${index}`;
  const text = devicePowerText(device);
  const { active, reasons } = power.powerSaving;
  if (active !== true) return [ok(name, active === null ? `${text}; ${powerSavingText(power.powerSaving)}` : text)];
  const usual = power.defaultLimitWatts;
  const isLimited = reasons.some(({ code }) => code === 'POWER_LIMIT_BELOW_DEFAULT');
  const fixes = [
    ...(isLimited && usual !== null && vendor === 'NVIDIA' ? [`sudo nvidia-smi -i ${index} -pl ${usual}`] : []),
    ...(!isLimited && vendor === 'NVIDIA'
      ? [`sudo nvidia-smi -i ${index} -rgc; sudo nvidia-smi -i ${index} -rac`]
      : []),
  ];
  const message = `${text}; ${powerSavingText(power.powerSaving)}`;
  return [{ name, status: 'warning', message, fix: fixes[0] ?? null }];
}

/** Energy comes from the counters and power sensors of devices. Without any, it is null in the result, with these reasons. */
function checkEnergy(probed: readonly { collector: Collector; probe: CollectorProbe }[]): Check {
  const found = probed.flatMap(({ collector, probe }) => {
    if (!probe.available) return [];
    const without = new Set((probe.missing ?? []).map(({ column }) => column));
    const columns = (probe.columns ?? collector.columns).map(({ name }) => name);
    return columns.filter((column) => energyColumn.test(column) && !without.has(column));
  });
  if (found.length > 0) return ok('energy', `can be measured: ${found.join(', ')}`);
  const denied = probed.some(({ probe }) => !probe.available && probe.code === 'NO_PERMISSION');
  const message = 'cannot be measured: no counter or power sensor can be read here; it is null in results';
  const fix = denied ? 'sudo chmod a+r /sys/class/powercap/intel-rapl:*/energy_uj' : null;
  return { name: 'energy', status: denied ? 'warning' : 'optional', message, fix };
}
