import type { HardwareProfile } from '../hardware/profile.ts';
import type { PublishedFigure } from '../hardware/published.ts';
import { nearest } from '../kernel/nearest.ts';
import { impossibleLabel } from '../roofline/evidence.ts';
import { formatNumber } from '../units/format.ts';
import { limitRefusal } from './limit-refusal.ts';
import type { FoundThroughput, NoThroughput, ThroughputNeed } from './settled-throughput.ts';

/** Which published figure: every word that is given has to fit. */
export interface PublishedAsked {
  readonly accelerator: string;
  readonly precision: string;
  readonly model: string;
  readonly scenario: PublishedFigure['scenario'];
  readonly stack: string;
  readonly batchSize: number | null;
  readonly software: string | null;
}

/** The throughput of a machine by the one published figure that fits, or why there is none. */
export function publishedThroughput(
  asked: PublishedAsked,
  need: ThroughputNeed,
  figures: readonly PublishedFigure[],
  profiles: readonly HardwareProfile[],
): FoundThroughput | NoThroughput {
  const found = findFigure(asked, figures);
  if ('refused' in found) return found;
  const impossible = impossibleLabel(found, profiles);
  if (impossible !== null) return { refused: `the published figure ${impossible}; take one of another precision` };
  if (found.unit === 'ms (p90)') return { refused: 'expected a throughput, got a latency' };
  const alone = figures.find(
    (one) =>
      one.scenario === 'SingleStream' &&
      one.unit === 'ms (p90)' &&
      one.stack === found.stack &&
      one.model === found.model &&
      one.accelerator === found.accelerator &&
      one.precision === found.precision,
  );
  const limit = limitRefusal(asked, alone?.value ?? null, need);
  if ('refused' in limit) return limit;
  const { accelerators } = need;
  const ends = found.low === null || found.high === null || found.low === found.high ? null : [found.low, found.high];
  return {
    provenance: 'published',
    value: found.value * accelerators,
    low: ends === null ? null : (ends[0] ?? 0) * accelerators,
    high: ends === null ? null : (ends[1] ?? 0) * accelerators,
    shape: 'triangular',
    source: sourceText(found, accelerators),
    caveats: [
      ...limit.caveats,
      ...(found.unit === 'tokens/s per accelerator' ? ['its items are tokens written, not requests'] : []),
    ],
    items: found.unit === 'tokens/s per accelerator' ? 'tokens' : 'samples',
  };
}

/** Words of a figure, from the one that says most of what is meant to the one that says least. */
const words = ['stack', 'model', 'accelerator', 'scenario', 'precision'] as const;

function findFigure(asked: PublishedAsked, figures: readonly PublishedFigure[]): PublishedFigure | NoThroughput {
  let left = figures;
  let said = 'published figures';
  for (const word of words) {
    const fitting = left.filter((figure) => figure[word] === asked[word]);
    if (fitting.length === 0) {
      const known = [...new Set(left.map((figure) => figure[word] ?? 'not stated'))];
      const advice = word === 'accelerator' ? unpublishedDevice(known) : hint(asked[word], known);
      return { refused: `expected a known ${word} of ${said}, got "${asked[word]}"${advice}` };
    }
    left = fitting;
    said += `, ${asked[word]}`;
  }
  left = left.filter(
    ({ batchSize, software }) =>
      (asked.batchSize === null || batchSize === asked.batchSize) &&
      (asked.software === null || software?.includes(asked.software) === true),
  );
  const [only, ...others] = left;
  if (only === undefined) return { refused: `expected a batch_size and software of ${said}, got ones that none has` };
  if (others.length === 0) return only;
  const kinds = left.map(({ batchSize, software }) => `batch_size ${batchSize ?? 'not stated'}, software ${software}`);
  return {
    refused: `expected batch_size or software to tell ${left.length} of ${said} apart: ${kinds.slice(0, 8).join('; ')}`,
  };
}

/** A device of a profile is no slip of the pen: nobody has published of it. */
function unpublishedDevice(known: readonly string[]): string {
  return `: nobody has published that. "projection:" in the place of "published:" works it out${listed(known)}`;
}

function hint(came: string, known: readonly string[]): string {
  const near = nearest(came, known);
  if (near !== null) return `. Did you mean "${near}"?`;
  return listed(known);
}

function listed(known: readonly string[]): string {
  const more = known.length > 12 ? `, … (${known.length})` : '';
  return `. Known: ${known.slice(0, 12).join(', ')}${more}`;
}

function sourceText(figure: PublishedFigure, accelerators: number): string {
  const { model, precision, scenario, accelerator, stack, software, batchSize, value, unit, results, rounds } = figure;
  const many = results > 1 ? `, median of ${results} results` : '';
  const times = rounds.length > 0 ? `, ${rounds[0]}${rounds.length > 1 ? ` to ${rounds.at(-1)}` : ''}` : '';
  const batch = batchSize === null ? '' : `, batch ${batchSize}`;
  const scaled = accelerators === 1 ? '' : `, times ${accelerators} accelerators`;
  return (
    `${model} in ${precision} on ${accelerator}, ${scenario}, ${software ?? stack}${batch}: ` +
    `${formatNumber(value)} ${unit}${many}${times}${scaled}; ${figure.source}`
  );
}
