import type { Problem } from '../kernel/schema-problems.ts';
import type { Path } from '../kernel/value-path.ts';
import type { PriceBookFile, PriceFile } from './price-schema.ts';
import { type FigureFile, type ProfileFile, peakPrecisions } from './profile-schema.ts';
import { providerOptionProblem } from './provider-options.ts';

/** What is wrong with a file that fits its schema. An error is a contradiction or a slip of a unit; a warning may be right. */
export interface Finding extends Problem {
  readonly severity: 'error' | 'warning';
}

/*
 * The bounds are wide of everything that is sold (a Kunpeng 920 computes 28 operations for each byte it reads and 29 G for each joule,
 * a B200 1,125 and 9,000 G; memory is read 3 to 56 times a second) and narrow enough that a figure that is a thousand times too
 * large or too small falls out of at least one of them.
 */
const bounds = {
  operationsPerByte: [5, 5000],
  operationsPerJoule: [1e10, 2e13],
  readsPerSecond: [1, 200],
  // Of a narrower type to the widest that is stated: 0.5 (int8 without tensor cores) to 112 (fp4).
  peakRatio: [0.25, 256],
  purchase: [20, 500_000],
  hour: [0.02, 200],
} as const;

/** What is wrong with a profile that fits the schema. `today` is an ISO date. */
export function profileFindings(profile: ProfileFile, today: string): Finding[] {
  return [
    ...figureFindings(profile, today),
    ...unitFindings(profile),
    ...powerFindings(profile),
    ...aliasFindings(profile),
    ...optionFindings(profile),
  ];
}

function figureFindings(profile: ProfileFile, today: string): Finding[] {
  return figuresOf(profile).flatMap(([path, figure]) => {
    const { value, source, date, confidence, note } = figure;
    const findings: Finding[] = [];
    if (value === null && note === undefined) {
      findings.push(error(path, 'expected a "note" that says why the value is null, got none'));
    }
    if (value !== null && !(value > 0)) findings.push(error([...path, 'value'], `expected more than 0, got ${value}`));
    if (value !== null && source === undefined) {
      findings.push(error(path, 'expected a "source" for the value, got none; write where it was read'));
    }
    if (confidence === 'measured' && date === undefined) {
      findings.push(error(path, 'expected the "date" of the measurement, got none'));
    }
    if (confidence === 'sourced' && /from memory/.test(source ?? '')) {
      findings.push(error([...path, 'confidence'], 'expected "unverified" for a value from memory, got "sourced"'));
    }
    if (date !== undefined && isAfter(date, today)) {
      findings.push(error([...path, 'date'], `expected a date up to today (${today}), got ${JSON.stringify(date)}`));
    }
    return findings;
  });
}

/** All figures of a profile that are there, with their places. */
export function figuresOf(profile: ProfileFile): (readonly [Path, FigureFile])[] {
  const { peak_operations_per_second: peaks, memory, power_watts: power } = profile;
  const all: (readonly [Path, FigureFile | undefined])[] = [
    ...peakPrecisions.map((name) => [['peak_operations_per_second', name], peaks[name]] as const),
    [['memory', 'capacity_bytes'], memory.capacity_bytes],
    [['memory', 'bandwidth_bytes_per_second'], memory.bandwidth_bytes_per_second],
    [['interconnect_bytes_per_second'], profile.interconnect_bytes_per_second],
    [['power_watts', 'design'], power.design],
    [['power_watts', 'idle'], power.idle],
    [['power_watts', 'all_in'], power.all_in],
  ];
  return all.flatMap(([path, figure]) => (figure === undefined ? [] : [[path, figure] as const]));
}

/** Quotients of figures of one device: a slip of a unit shows in them. */
function unitFindings({ peak_operations_per_second: peaks, memory, power_watts: power }: ProfileFile): Finding[] {
  const stated = peakPrecisions.flatMap((name) => {
    const value = peaks[name]?.value ?? null;
    return value === null ? [] : [{ name, value }];
  });
  const highest = stated.toSorted((a, b) => b.value - a.value)[0];
  const widest = stated[0];
  if (highest === undefined || widest === undefined) {
    return [error(['peak_operations_per_second'], 'expected the peak of at least one precision, got none')];
  }
  const bandwidth = memory.bandwidth_bytes_per_second?.value ?? null;
  const capacity = memory.capacity_bytes?.value ?? null;
  const watts = power.design?.value ?? null;
  return [
    ...stated.flatMap(({ name, value }) =>
      within(
        ['peak_operations_per_second', name, 'value'],
        `the peak of ${name} over that of ${widest.name}`,
        value / widest.value,
        bounds.peakRatio,
      ),
    ),
    ...within(
      ['memory', 'bandwidth_bytes_per_second', 'value'],
      'operations for each byte of bandwidth',
      bandwidth === null ? null : highest.value / bandwidth,
      bounds.operationsPerByte,
    ),
    ...within(
      ['power_watts', 'design', 'value'],
      'operations a joule',
      watts === null ? null : highest.value / watts,
      bounds.operationsPerJoule,
    ),
    ...within(
      ['memory', 'capacity_bytes', 'value'],
      'bandwidth over capacity, a second,',
      bandwidth === null || capacity === null ? null : bandwidth / capacity,
      bounds.readsPerSecond,
    ),
  ];
}

function within(path: Path, what: string, value: number | null, [low, high]: readonly [number, number]): Finding[] {
  if (value === null || (value >= low && value <= high)) return [];
  const came = value.toPrecision(3);
  return [error(path, `expected ${what} to be between ${low} and ${high}, got ${came}: is a unit off by a thousand?`)];
}

function powerFindings({ power_watts: { design, idle, all_in } }: ProfileFile): Finding[] {
  const [full, rest, all] = [design?.value ?? null, idle?.value ?? null, all_in?.value ?? null];
  const findings: Finding[] = [];
  if (full !== null && rest !== null && rest >= full) {
    findings.push(
      error(['power_watts', 'idle', 'value'], `expected less than the design power (${full}), got ${rest}`),
    );
  } else if (full !== null && rest !== null && rest > full / 2) {
    findings.push(warning(['power_watts', 'idle', 'value'], `more than half of the design power (${full}): ${rest}`));
  }
  if (full !== null && all !== null && all < full) {
    findings.push(
      error(['power_watts', 'all_in', 'value'], `expected at least the design power (${full}), got ${all}`),
    );
  }
  return findings;
}

function aliasFindings({ aliases = [], adaptation }: ProfileFile): Finding[] {
  const findings = aliases.flatMap((alias, index) =>
    aliases.indexOf(alias) === index
      ? []
      : [error(['aliases', index], `expected each alias once, got ${JSON.stringify(alias)} twice`)],
  );
  for (const key of Object.keys(adaptation?.why ?? {})) {
    if (key === 'why' || adaptation?.[key as keyof typeof adaptation] === undefined) {
      findings.push(error(['adaptation', 'why', key], `expected a key of the adaptation, got ${JSON.stringify(key)}`));
    }
  }
  return findings;
}

function optionFindings({ adaptation }: ProfileFile): Finding[] {
  return Object.entries(adaptation?.provider_options ?? {}).flatMap(([name, value]): Finding[] => {
    const message = providerOptionProblem(adaptation?.backend ?? null, name, value);
    const part = message?.startsWith('expected true or false') ? 'value' : 'key';
    return message === null
      ? []
      : [{ severity: 'error', path: ['adaptation', 'provider_options', name], part, message }];
  });
}

/** Prices older than this many years are no offer any more. */
const oldYears = 5;

/** What is wrong with a price book that fits the schema. `today` is an ISO date. */
export function priceFindings({ prices }: PriceBookFile, today: string): Finding[] {
  return prices.flatMap((price, index) => onePrice(price, ['prices', index], today));
}

function onePrice({ date, amount, per, kind, confidence }: PriceFile, path: Path, today: string): Finding[] {
  const findings: Finding[] = [];
  const byHour = per !== 'device';
  const isRent = ['on_demand', 'reserved_1y', 'reserved_3y', 'spot', 'cost'].includes(kind);
  if (byHour !== isRent) {
    findings.push(error([...path, 'kind'], `expected a kind of price that fits "per: ${per}", got "${kind}"`));
  }
  const [low, high] = byHour ? bounds.hour : bounds.purchase;
  if (amount < low || amount > high) {
    const what = byHour ? 'an hour' : 'a device';
    findings.push(
      warning(
        [...path, 'amount'],
        `expected between ${low} and ${high} for ${what}, got ${amount}: is the unit right?`,
      ),
    );
  }
  if (date === null)
    findings.push(warning([...path, 'date'], 'the price is undated: nobody can tell whether it still holds'));
  else if (isAfter(date, today)) {
    findings.push(error([...path, 'date'], `expected a date up to today (${today}), got ${JSON.stringify(date)}`));
  } else if (Number(today.slice(0, 4)) - Number(lastDay(date).slice(0, 4)) > oldYears) {
    findings.push(warning([...path, 'date'], `the price is more than ${oldYears} years old: ${date}`));
  }
  if (confidence === 'unverified') findings.push(warning([...path, 'confidence'], 'nobody has looked this price up'));
  return findings;
}

/** Whether a date, or the end of a span, is later than today; `2026` and `2026-11` begin before they end. */
function isAfter(date: string, today: string): boolean {
  return lastDay(date) > today.slice(0, lastDay(date).length);
}

function lastDay(date: string): string {
  return date.split('/').at(-1) ?? date;
}

function error(path: Path, message: string): Finding {
  return { severity: 'error', path, part: 'value', message };
}

function warning(path: Path, message: string): Finding {
  return { severity: 'warning', path, part: 'value', message };
}
