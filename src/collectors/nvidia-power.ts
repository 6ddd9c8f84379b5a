import type { SmiRow } from './nvidia-csv.ts';
import { fieldFigure } from './nvidia-fields.ts';
import { type Clocks, type DevicePower, powerSavingOf } from './power-settings.ts';
import { type NoFigure, readCell } from './tool-cell.ts';

/** Fields of nvidia-smi that say what limits a device. All are asked once, when the sampler starts; none is ever set. */
export const powerFields = [
  'enforced.power.limit',
  'power.default_limit',
  'power.min_limit',
  'power.max_limit',
  'compute_mode',
  'clocks.applications.graphics',
  'clocks.applications.memory',
  'clocks.default_applications.graphics',
  'clocks.default_applications.memory',
  'clocks.max.sm',
  'clocks.max.memory',
] as const;

/** `clocks_event_reasons.active`: the clocks are held to those that somebody has set (nvmlClocksEventReasonApplicationsClocksSetting of NVML). */
const heldBySetting = 0x2;

/** The settings of a device from the row of the first query. */
export function nvidiaPower(row: SmiRow): DevicePower {
  const notTold: DevicePower['notTold'][number][] = [];
  const missing = (field: string, { code, text }: NoFigure): null => {
    notTold.push({ field, code, text });
    return null;
  };
  const figure = (field: string): number | null => {
    const read = fieldFigure(row, field);
    return typeof read === 'number' ? read : missing(field, read);
  };
  const word = (field: string): string | null => {
    const cell = row.cells.get(field);
    if (cell === undefined) return missing(field, notInDriver);
    const read = readCell(cell);
    return typeof read === 'number' || read.code === 'NOT_A_NUMBER' ? cell : missing(field, read);
  };
  const clocks = (kind: string, sm: string): Clocks => ({
    smHertz: figure(`clocks.${kind}.${sm}`),
    memoryHertz: figure(`clocks.${kind}.memory`),
  });
  const persistence = word('persistence_mode');
  const settings = {
    enforcedLimitWatts: figure('enforced.power.limit'),
    defaultLimitWatts: figure('power.default_limit'),
    minimumLimitWatts: figure('power.min_limit'),
    maximumLimitWatts: figure('power.max_limit'),
    persistenceMode: persistence === null ? null : persistence === 'Enabled',
    computeMode: word('compute_mode'),
    performanceLevel: null,
    applicationClocks: clocks('applications', 'graphics'),
    defaultApplicationClocks: clocks('default_applications', 'graphics'),
    maximumClocks: clocks('max', 'sm'),
  };
  const limitWatts = figure('power.limit');
  const mask = ['clocks_event_reasons.active', 'clocks_throttle_reasons.active']
    .map((field) => fieldFigure(row, field))
    .find((read) => typeof read === 'number');
  const clocksAreHeld = typeof mask === 'number' ? (mask & heldBySetting) !== 0 : null;
  return { ...settings, powerSaving: powerSavingOf({ ...settings, limitWatts, clocksAreHeld }), notTold };
}

const notInDriver: NoFigure = { code: 'NOT_IN_DRIVER', text: 'the driver does not know this field' };
