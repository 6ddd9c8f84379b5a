import type { Problem } from '../kernel/schema-problems.ts';
import type { Path } from '../kernel/value-path.ts';
import { lognormalOf } from './model/distribution.ts';
import { figuresOf, numberIn, type PlacedFigure } from './study-figures.ts';
import type { CloudFile, OptionFile, OwnFile, SettledStudy } from './study-schema.ts';

/** What is wrong with a study that fits its schema. `today` is an ISO date. */
export function studyFindings(study: SettledStudy, today: string): Problem[] {
  return [
    ...dateFindings(['date'], study.date, today),
    ...figuresOf(study).flatMap((placed) => [
      ...rangeFindings(placed),
      ...doubtFindings(placed),
      ...moneyFindings(placed, study, today),
    ]),
    ...facilityFindings(study),
    ...nameFindings(study.options),
    ...baselineFindings(study),
    ...study.options.flatMap((option, index) => optionFindings(study, option, ['options', index])),
  ];
}

function problem(path: Path, message: string): Problem {
  return { path, part: 'value', message };
}

/** The parts of a figure that are numbers, with their places. */
function numbersOf({ figure, path }: PlacedFigure): [Path, number][] {
  if (typeof figure === 'number') return [[path, figure]];
  const own: [Path, number] = [[...path, 'amount' in figure ? 'amount' : 'value'], numberIn(figure)];
  const ends = (['low', 'high'] as const).flatMap((end): [Path, number][] => {
    const value = figure[end];
    return value === undefined ? [] : [[[...path, end], value]];
  });
  return [own, ...ends];
}

function rangeFindings(placed: PlacedFigure): Problem[] {
  const { least, most } = placed.rule;
  const floor = least === Number.MIN_VALUE ? 'more than 0' : `${least} or more`;
  const range = most === Number.MAX_VALUE ? floor : `${floor}, ${most} or less`;
  return numbersOf(placed).flatMap(([path, value]) =>
    value >= least && value <= most ? [] : [problem(path, `expected ${range}, got ${value}`)],
  );
}

function doubtFindings({ figure, path, rule }: PlacedFigure): Problem[] {
  if (typeof figure === 'number') return [];
  const { low, high, shape } = figure;
  const value = numberIn(figure);
  if (low === undefined && high === undefined) {
    return shape === undefined ? [] : [problem([...path, 'shape'], 'expected low and high with a shape, got neither')];
  }
  if (low === undefined || high === undefined) {
    return [problem(path, `expected low and high together, got ${low === undefined ? 'high' : 'low'} alone`)];
  }
  if (!(low <= value && value <= high)) {
    return [problem(path, `expected low <= ${value} <= high, got ${low} and ${high}`)];
  }
  if (shape !== 'lognormal') return [];
  if (low <= 0) return [problem([...path, 'low'], `expected more than 0 for a lognormal figure, got ${low}`)];
  const [least, most] = reachOf(figure);
  if (least >= rule.least && most <= rule.most) return [];
  const beyond = least < rule.least ? `below ${rule.least}` : `above ${rule.most}`;
  return [
    problem(
      [...path, 'shape'],
      `expected triangular or uniform, which end at low and high, got lognormal, which is drawn ${beyond} at times`,
    ),
  ];
}

/** Deviations of a lognormal figure beyond which, with a chance of 10⁻¹², no draw lies. */
const farthest = 7;

/** Between which numbers the draws of a figure lie. */
function reachOf(figure: PlacedFigure['figure']): readonly [least: number, most: number] {
  const value = numberIn(figure);
  if (typeof figure === 'number' || figure.low === undefined || figure.high === undefined) return [value, value];
  const { low, high, shape } = figure;
  if (shape !== 'lognormal' || low <= 0) return [low, high];
  const distribution = lognormalOf(low, high);
  const factor = Math.exp(farthest * distribution.logDeviation);
  return [distribution.median / factor, distribution.median * factor];
}

function moneyFindings({ figure, path }: PlacedFigure, study: SettledStudy, today: string): Problem[] {
  if (typeof figure === 'number' || !('amount' in figure)) return [];
  const { currency, date } = figure;
  const mixed =
    currency === undefined || currency === study.currency
      ? []
      : [
          problem(
            [...path, 'currency'],
            `expected ${study.currency} as in the whole study, got ${currency}; convert the amount and note the rate in its source`,
          ),
        ];
  return [...mixed, ...(date === undefined ? [] : dateFindings([...path, 'date'], date, today))];
}

function dateFindings(path: Path, date: string, today: string): Problem[] {
  if (!isDate(date)) return [problem(path, `expected a date of the calendar, got ${date}`)];
  return date > today ? [problem(path, `expected a date up to today (${today}), got ${date}`)] : [];
}

/** Whether a year, a month or a day is one: there is no 2025-13 and no 2025-02-30. */
function isDate(date: string): boolean {
  const [, month = '01', day = '01'] = date.split('-');
  const full = `${date.slice(0, 4)}-${month}-${day}`;
  const time = new Date(`${full}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(full);
}

function facilityFindings({ facilities = {}, options }: SettledStudy): Problem[] {
  return Object.entries(facilities).flatMap(([name, facility]) => {
    const path = ['facilities', name];
    const both = facility.colocation_per_kw_month !== undefined && facility.site_per_kw !== undefined;
    const isUsed = options.some((option) => option.kind === 'own' && option.facility === name);
    return [
      ...(both ? [problem([...path, 'site_per_kw'], 'expected rent or building costs of the facility, got both')] : []),
      ...(isUsed ? [] : [problem(path, 'expected an option in this facility, got none')]),
    ];
  });
}

function nameFindings(options: readonly OptionFile[]): Problem[] {
  return options.flatMap(({ name }, index) =>
    options.findIndex((other) => other.name === name) === index
      ? []
      : [problem(['options', index, 'name'], `expected a name that no other option has, got ${JSON.stringify(name)}`)],
  );
}

function baselineFindings({ baseline, options }: SettledStudy): Problem[] {
  if (baseline === undefined || options.some(({ name }) => name === baseline)) return [];
  const known = options.map(({ name }) => name).join(', ');
  return [problem(['baseline'], `expected one of the options (${known}), got ${JSON.stringify(baseline)}`)];
}

function optionFindings(study: SettledStudy, option: OptionFile, path: Path): Problem[] {
  const limit = study.demand.latency_limit_ms;
  const least = option.throughput.least_latency_ms;
  const tooSlow =
    limit !== undefined && least !== undefined && numberIn(least) > limit
      ? [
          problem(
            [...path, 'throughput', 'least_latency_ms'],
            `expected at most the latency limit of ${limit} ms, got ${numberIn(least)}: not even one item alone is served in time`,
          ),
        ]
      : [];
  return [
    ...tooSlow,
    ...(option.kind === 'own' ? ownFindings(study, option, path) : cloudFindings(study, option, path)),
  ];
}

function ownFindings({ facilities = {} }: SettledStudy, option: OwnFile, path: Path): Problem[] {
  const findings: Problem[] = [];
  const { power, running, spares } = option;
  if (!Object.hasOwn(facilities, option.facility)) {
    const known = Object.keys(facilities).join(', ') || 'none';
    findings.push(
      problem([...path, 'facility'], `expected one of the facilities (${known}), got "${option.facility}"`),
    );
  }
  const [idle, load] = [numberIn(power.idle_watts), numberIn(power.load_watts)];
  const [mostIdle, leastLoad] = [reachOf(power.idle_watts)[1], reachOf(power.load_watts)[0]];
  const atPower = (message: string) => problem([...path, 'power', 'load_watts'], message);
  if (load < idle) findings.push(atPower(`expected at least the ${idle} W when idle, got ${load}`));
  else if (leastLoad < mostIdle) {
    const [expected, came] = [watts(mostIdle), watts(leastLoad)];
    findings.push(
      atPower(`expected a range above that of the idle power, up to ${expected} W, got one from ${came} W`),
    );
  }
  if ((running?.staff_per_machine === undefined) !== (running?.staff_cost === undefined)) {
    findings.push(problem([...path, 'running'], 'expected staff_per_machine and staff_cost together, got one of them'));
  }
  if (spares !== undefined && 'rule' in spares) {
    const at = [...path, 'spares'];
    if (option.failures === undefined) findings.push(problem(at, 'expected failures to reckon spares by, got none'));
    if (!(spares.confidence > 0 && spares.confidence < 1)) {
      findings.push(problem([...at, 'confidence'], `expected a chance between 0 and 1, got ${spares.confidence}`));
    }
  }
  return findings;
}

/** To four digits: ends of lognormal figures are computed. */
function watts(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function cloudFindings({ horizon_years: horizon }: SettledStudy, { commitment }: CloudFile, path: Path): Problem[] {
  if (commitment === undefined || horizon % commitment.term_years === 0) return [];
  return [
    problem(
      [...path, 'commitment', 'term_years'],
      `expected terms that fill the horizon of ${horizon} years, got ${commitment.term_years}`,
    ),
  ];
}
