import { type Catalogue, loadCatalogue } from '../../hardware/catalogue.ts';
import { describePrice } from '../../hardware/compare.ts';
import {
  type DerivedFigure,
  operationsPerJoule,
  operationsPerSecondPerPrice,
  ridgeOperationsPerByte,
} from '../../hardware/derived.ts';
import { headlinePrice, type Price, pricesOf } from '../../hardware/price.ts';
import type { Figure, HardwareProfile } from '../../hardware/profile.ts';
import { type PeakPrecision, peakPrecisions } from '../../hardware/profile-schema.ts';
import { resolveProfile } from '../../hardware/resolve.ts';
import type { ExitCode } from '../../kernel/errors.ts';
import { formatNumber } from '../../units/format.ts';
import {
  absentText,
  Footnotes,
  hasMeasured,
  legend,
  marked,
  printedNumber,
  printedUnit,
  sourceText,
  textWidth,
} from '../hardware-text.ts';
import type { Streams } from '../streams.ts';
import { textTable } from '../text-table.ts';
import { wrapText } from '../wrap-text.ts';

export interface HardwareShowOptions {
  readonly id: string;
  readonly profiles?: string;
  readonly json?: boolean;
}

/** `dyno hardware show ID`: one profile with everything it rests on, its prices, and what suites adapt to. */
export async function hardwareShowCommand(options: HardwareShowOptions, { stdout }: Streams): Promise<ExitCode> {
  const catalogue = loadCatalogue({ own: options.profiles });
  const { profile, alias } = resolveProfile(options.id, catalogue);
  if (options.json) {
    const prices = pricesOf(profile.id, catalogue.prices);
    const derived = derivedRows(profile, headlinePrice(profile.id, catalogue.prices, 'device'));
    stdout.write(`${JSON.stringify({ profile, derived, prices }, null, 2)}\n`);
  } else {
    stdout.write(profileText(profile, alias, catalogue, textWidth(process.stdout)));
  }
  return 0;
}

/** A profile as a buyer reads it. */
export function profileText(
  profile: HardwareProfile,
  alias: string | null,
  catalogue: Catalogue,
  width: number,
): string {
  const notes = new Footnotes();
  const figures = figureTable(profile, notes);
  const derived = derivedTable(profile, catalogue);
  const prices = priceTable(pricesOf(profile.id, catalogue.prices), notes);
  const body = [figures, derived, prices].join('\n');
  return [
    ...(alias === null ? [] : [wrapText(`${alias}.`, width), '']),
    ...headingLines(profile, catalogue, width),
    '',
    body.trimEnd(),
    '',
    ...legend(body),
    '',
    ...adaptationLines(profile, width),
    '',
    'Notes and sources',
    ...notes.lines(width),
    '',
  ].join('\n');
}

function headingLines(profile: HardwareProfile, { profiles }: Catalogue, width: number): string[] {
  const { id, name, kind, architecture, vendor, aliases, family, note, origin, file, replaces } = profile;
  const others = profiles.filter((one) => family !== null && one.family === family && one !== profile);
  const sentences = [
    `${{ gpu: 'GPU', cpu: 'Processor', npu: 'NPU', soc: 'System on chip' }[kind]} of ${vendor}, architecture ${architecture}.`,
    aliases.length === 0 ? '' : `Also called ${aliases.join(', ')}.`,
    others.length === 0 ? '' : `Other variants: ${others.map((one) => one.id).join(', ')}.`,
    note === null ? '' : `${note}.`,
    origin === 'own' ? `From ${file}${replaces === null ? '' : ', in place of the profile that comes with Dyno'}.` : '',
    hasMeasured([profile])
      ? 'Figures with a star were measured on the device.'
      : 'Figures are of data sheets and tables of others; nothing here was measured.',
  ];
  return [`${name} (${id})`, wrapText(sentences.filter((one) => one !== '').join(' '), width)];
}

interface FigureRow {
  readonly title: string;
  readonly unit: string;
  readonly figure: Figure;
}

function figureTable(profile: HardwareProfile, notes: Footnotes): string {
  const { peakOperationsPerSecond: peaks, memory, powerWatts } = profile;
  const rows: FigureRow[] = [
    ...peakPrecisions
      .filter((name) => peaks[name].source !== null || peaks[name].value !== null)
      .map((name) => ({ title: `${name} peak, dense`, unit: 'operations/s', figure: peaks[name] })),
    { title: 'memory', unit: 'bytes', figure: memory.capacityBytes },
    { title: 'memory bandwidth', unit: 'bytes/s', figure: memory.bandwidthBytesPerSecond },
    { title: 'interconnect, both directions', unit: 'bytes/s', figure: profile.interconnectBytesPerSecond },
    { title: 'design power', unit: 'W', figure: powerWatts.design },
    { title: 'idle power', unit: 'W', figure: powerWatts.idle },
    ...(powerWatts.allIn.value === null
      ? []
      : [{ title: 'power in the data centre, all in', unit: 'W', figure: powerWatts.allIn }]),
  ];
  const texts = rows.map(({ title, unit, figure }) => ({
    title,
    unit: figure.value === null ? '' : printedUnit(unit, unit === 'operations/s' ? title.split(' ')[0] : null),
    value:
      figure.value === null ? absentText(figure.note) : marked(printedNumber(figure.value, unit), figure.confidence),
    note: notes.add(sourceText(figure)),
  }));
  return textTable(texts, [
    { title: 'figure', align: 'left', cell: ({ title }) => title },
    { title: 'value', align: 'right', cell: ({ value }) => value },
    { title: 'unit', align: 'left', cell: ({ unit }) => unit },
    { title: 'from', align: 'left', cell: ({ note }) => note },
  ]);
}

interface DerivedRow {
  readonly precision: PeakPrecision;
  readonly operationsPerByteAtRidge: DerivedFigure;
  readonly operationsPerJoule: DerivedFigure;
  /** For each unit of the currency of the headline price. */
  readonly operationsPerSecondPerPrice: DerivedFigure;
}

function derivedRows(profile: HardwareProfile, price: Price | null): DerivedRow[] {
  return peakPrecisions
    .filter((name) => profile.peakOperationsPerSecond[name].value !== null)
    .map((precision) => ({
      precision,
      operationsPerByteAtRidge: ridgeOperationsPerByte(profile, precision),
      operationsPerJoule: operationsPerJoule(profile, precision),
      operationsPerSecondPerPrice: operationsPerSecondPerPrice(profile, precision, price),
    }));
}

function derivedTable(profile: HardwareProfile, { prices }: Catalogue): string {
  const price = headlinePrice(profile.id, prices, 'device');
  const number = ({ value, confidence }: DerivedFigure, unit: string): string =>
    value === null ? '' : marked(printedNumber(value, unit), confidence);
  const table = textTable(derivedRows(profile, price), [
    { title: 'computed', align: 'left', cell: ({ precision }) => precision },
    {
      title: 'op/B at the ridge',
      align: 'right',
      cell: (row) => number(row.operationsPerByteAtRidge, 'operations/byte'),
    },
    { title: 'GOP/J at design power', align: 'right', cell: (row) => number(row.operationsPerJoule, 'operations/J') },
    {
      title: `GOP/s/${price?.currency ?? ''}`,
      align: 'right',
      cell: (row) => number(row.operationsPerSecondPerPrice, 'operations/s/'),
    },
  ]);
  const basis =
    price === null
      ? ''
      : `The price is ${amount(price)} (${price.kind.replaceAll('_', ' ')}, ${price.date ?? 'undated'}).\n`;
  return table + basis;
}

function priceTable(prices: readonly Price[], notes: Footnotes): string {
  if (prices.length === 0) return 'No price is known. Prices of your own: docs/hardware.md.\n';
  const texts = prices.map((price) => ({
    price,
    what: describePrice({ ...price, region: null, note: null, variantStated: true }),
    note: notes.add(sourceText({ source: price.source, date: null, note: price.note })),
  }));
  return textTable(texts, [
    {
      title: 'price of',
      align: 'left',
      cell: ({ price }) => ({ device: 'one', device_hour: 'an hour', instance_hour: 'an instance hour' })[price.per],
    },
    { title: 'amount', align: 'right', cell: ({ price }) => marked(amount(price), price.confidence) },
    { title: 'kind', align: 'left', cell: ({ price }) => price.kind.replaceAll('_', ' ') },
    { title: 'date', align: 'left', cell: ({ price }) => price.date ?? 'undated' },
    { title: 'region', align: 'left', cell: ({ price }) => price.region ?? '' },
    { title: 'variant', align: 'left', cell: ({ price }) => (price.variantStated ? '' : 'unclear') },
    { title: 'offer', align: 'left', cell: ({ what }) => what },
    { title: 'from', align: 'left', cell: ({ note }) => note },
  ]);
}

function amount({ amount: value, currency }: Price): string {
  return `${value >= 100 ? formatNumber(Math.round(value)) : value} ${currency}`;
}

const adaptedAxes = [
  'backend',
  'batch_size',
  'precision',
  'fusion',
  'threads',
  'spinning',
  'provider_options',
] as const;

function adaptationLines({ adaptation }: HardwareProfile, width: number): string[] {
  const stated = adaptedAxes.filter((key) => adaptation[key] !== undefined);
  if (stated.length === 0) return ['Suites adapt to nothing of it: it has no adaptation.'];
  return [
    'What a suite takes over where its cases run on this device, for what it does not state itself',
    ...stated.map((key) => {
      const value = adaptation[key];
      const text =
        value === null
          ? 'none'
          : Array.isArray(value)
            ? value.join(', ')
            : typeof value === 'object'
              ? JSON.stringify(value)
              : String(value);
      const why = adaptation.why?.[key];
      const reason = wrapText(why === undefined ? text : `${text}: ${why}`, width - 20).replaceAll(
        '\n',
        `\n${' '.repeat(20)}`,
      );
      return `  ${key.padEnd(16)}  ${reason}`;
    }),
  ];
}
