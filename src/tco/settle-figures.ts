import { type Price, pricesOf } from '../hardware/price.ts';
import type { HardwareProfile } from '../hardware/profile.ts';
import type { Problem } from '../kernel/schema-problems.ts';
import type { Path } from '../kernel/value-path.ts';
import { defaultFigures } from './defaults.ts';
import type { PlacedInFile } from './study-figures.ts';
import type { FigureFile, StudyFile } from './study-schema.ts';

/** The figure that a word of the file stands for, or what is wrong with the word; null: it is a figure already. */
export type SettledFigure = { readonly figure: FigureFile } | { readonly problem: Problem } | null;

/** What `default` stands for at a place. */
export function settleDefault({ path, rule, figure }: PlacedInFile, currency: string): SettledFigure {
  if (figure !== 'default') return null;
  const refuse = (message: string): SettledFigure => ({ problem: { path, part: 'value', message } });
  const known = defaultFigures[rule.file.join('.')];
  if (known === undefined) return refuse('expected a figure, got default, which nobody knows of it: state your own');
  if ('usual' in known)
    return refuse(
      `expected a figure, got default, for which there is no good source: state your own. Usual: ${known.usual}`,
    );
  const { value, low, high, date } = known;
  const source = `default: ${known.source}`;
  if (known.currency === undefined) return { figure: { value, low, high, source } };
  if (known.currency !== currency) {
    return refuse(
      `expected a price in ${currency}, got default, which is ${value} ${known.currency}: convert it, and note the rate in its source`,
    );
  }
  return { figure: { amount: value, low, high, source, ...(date === undefined ? {} : { date }) } };
}

type Option = StudyFile['options'][number];

/** The price of the book that a place asks for: of the option's accelerator, for a whole machine where machines are paid by the hour. */
export function settleBookPrice(
  { path, figure, owner }: PlacedInFile,
  study: StudyFile,
  profile: (option: Option) => HardwareProfile | null,
  prices: () => readonly Price[],
): SettledFigure {
  if (typeof figure !== 'object' || !('book' in figure)) return null;
  const refuse = (message: string, at: Path = path): SettledFigure => ({
    problem: { path: at, part: 'value', message },
  });
  const option = path[0] === 'options' ? study.options.find(({ name }) => name === owner) : undefined;
  const place = path.at(-1);
  const isPurchase = place === 'accelerator_price';
  if (option === undefined || (!isPurchase && place !== 'on_demand_per_hour' && place !== 'per_hour')) {
    return refuse('expected an amount: price books have prices of accelerators and of their hours');
  }
  const device = profile(option);
  if (device === null) return refuse('expected accelerator in the option to look a price up by, got nothing');
  const of = pricesOf(device.id, prices()).filter(({ per }) => (per === 'device') === isPurchase);
  const fitting = of.filter(
    ({ kind, seller, offer, date, amount }) =>
      kind === figure.book &&
      (figure.seller === undefined || seller === figure.seller) &&
      (figure.offer === undefined || offer?.includes(figure.offer) === true) &&
      (figure.date === undefined || date?.startsWith(figure.date) === true) &&
      (figure.amount === undefined || amount === figure.amount),
  );
  const [only, ...others] = fitting;
  if (only === undefined) {
    return refuse(`expected a price of ${device.id} in the price books, got none that fits; there are ${listed(of)}`);
  }
  if (others.length > 0) {
    return refuse(
      `expected words that one price fits, got ${fitting.length}: ${listed(fitting)}. Add seller, offer, date or amount`,
    );
  }
  const date = only.date?.split('/').at(-1);
  if (date === undefined) {
    return refuse(
      `expected a dated price, got one without a date (${listed([only])}): state the amount, its date and its source yourself`,
    );
  }
  const accelerators = only.per === 'device_hour' && option.kind === 'cloud' ? (option.accelerators ?? 1) : 1;
  const { low, high, shape } = figure;
  return {
    figure: {
      amount: only.amount * accelerators,
      currency: only.currency,
      date,
      source: sourceText(only, accelerators),
      ...(low === undefined ? {} : { low }),
      ...(high === undefined ? {} : { high }),
      ...(shape === undefined ? {} : { shape }),
    },
  };
}

function listed(prices: readonly Price[]): string {
  const texts = prices.map(({ kind, amount, currency, seller, offer, date }) =>
    [kind, `${amount} ${currency}`, seller, offer, date ?? 'undated'].filter((part) => part !== null).join(', '),
  );
  return texts.length === 0 ? 'none' : texts.slice(0, 12).join('; ');
}

function sourceText({ offer, seller, region, note, source, confidence, variantStated }: Price, times: number): string {
  return [
    [offer, seller === null || offer?.includes(seller) === true ? null : seller, region]
      .filter((part) => part !== null)
      .join(', '),
    ...(times === 1 ? [] : [`times ${times} accelerators`]),
    ...(note === null ? [] : [note]),
    ...(variantStated ? [] : ['which variant of the device is not stated']),
    ...(confidence === 'sourced' ? [] : [`confidence: ${confidence}`]),
    source,
  ].join('; ');
}
