import type { HardwareProfile } from '../hardware/profile.ts';
import { peakPrecisions } from '../hardware/profile-schema.ts';
import { InputError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';
import type { Problem } from '../kernel/schema-problems.ts';
import type { Path } from '../kernel/value-path.ts';
import type { Run } from '../results/run.ts';
import { usablePeak } from '../roofline/usable-peak.ts';
import { measuredThroughput } from './measured-throughput.ts';
import { projectedThroughput } from './projected-throughput.ts';
import { publishedThroughput } from './published-throughput.ts';
import { settleBookPrice, settleDefault } from './settle-figures.ts';
import type { FoundThroughput, NoThroughput, ThroughputNeed } from './settled-throughput.ts';
import { figuresInFile, numberIn } from './study-figures.ts';
import type { FigureFile, SettledStudy, SettledThroughput, StudyFile } from './study-schema.ts';
import type { StudySources } from './study-sources.ts';

type RawOption = StudyFile['options'][number];

/** A study in which every figure is a number, or all that stands against that. */
export type Settling = { readonly study: SettledStudy } | { readonly problems: readonly Problem[] };

/**
 * Puts in what words of the file stand for: defaults, prices of the price books, throughputs of results, of published figures and of
 * projections. The file's value stays as it is.
 */
export function settleStudy(file: StudyFile, sources: StudySources): Settling {
  const problems: Problem[] = [];
  const profiles = new Map<RawOption, HardwareProfile | null>();
  for (const [index, option] of file.options.entries()) {
    const found = profileOf(option, ['options', index], sources);
    if (found !== null && 'message' in found) problems.push(found);
    profiles.set(option, found !== null && 'message' in found ? null : found);
  }
  if (problems.length > 0) return { problems };

  const study = structuredClone(file) as unknown as SettledStudy;
  for (const placed of figuresInFile(file)) {
    const settled =
      settleDefault(placed, file.currency) ??
      settleBookPrice(placed, file, (option) => profiles.get(option) ?? null, sources.prices);
    if (settled === null) continue;
    if ('problem' in settled) problems.push(settled.problem);
    else put(study, placed.path, settled.figure);
  }
  for (const [index, option] of file.options.entries()) {
    const path = ['options', index, 'throughput'];
    const found = throughputOf(option, path, file, profiles.get(option) ?? null, sources);
    if ('message' in found) problems.push(found);
    else {
      const settled = study.options[index];
      if (settled !== undefined) settled.throughput = { ...settled.throughput, ...found };
    }
  }
  problems.push(...modelFindings(file));
  if (problems.length === 0) problems.push(...itemFindings(file, study));
  if (problems.length > 0) return { problems };
  for (const { index, caveat } of precisionCaveats(file)) study.options[index]?.throughput.caveats.push(caveat);
  return { study };
}

/**
 * Options in other precisions than the first one that states one: what they answer may be worse. Figures of MLPerf are held to the same
 * accuracy, whatever the precision.
 */
function precisionCaveats({ options }: StudyFile): { readonly index: number; readonly caveat: string }[] {
  const stated = options.flatMap(({ name, precision, throughput }, index) => {
    const asked = throughput.published ?? throughput.projection;
    const own = precision ?? asked?.precision;
    return own === undefined || asked?.stack === 'mlperf' ? [] : [{ index, name, precision: own }];
  });
  const [first] = stated;
  if (first === undefined) return [];
  return stated
    .filter(({ precision }) => precision !== first.precision)
    .map(({ index, precision }) => ({
      index,
      caveat: `it runs in ${precision} and ${first.name} in ${first.precision}: the accuracy may differ`,
    }));
}

/** Options are compared at the same work: figures of another model say nothing of it. */
function modelFindings({ options }: StudyFile): Problem[] {
  let first: string | null = null;
  return options.flatMap(({ throughput }, index): Problem[] => {
    const kind = throughput.published === undefined ? 'projection' : 'published';
    const model = throughput[kind]?.model;
    if (model === undefined) return [];
    first ??= model;
    if (model === first) return [];
    const message = `expected the model of the other options, "${first}", got "${model}"`;
    return [{ path: ['options', index, 'throughput', kind, 'model'], part: 'value', message }];
  });
}

/** A benchmark of a decoder states tokens a second in one round and answers a second in another: they are no figures of the same work. */
function itemFindings({ options }: StudyFile, settled: SettledStudy): Problem[] {
  const known = settled.options.flatMap(({ name, throughput: { items } }, index) =>
    items === undefined ? [] : [{ name, items, index }],
  );
  const [first] = known;
  return known
    .filter(({ items }) => items !== first?.items)
    .map(({ items, index }): Problem => {
      const kind = options[index]?.throughput.published === undefined ? 'projection' : 'published';
      const message = `expected ${first?.items}/s as of ${first?.name}, got ${items}/s: state items_per_second of both in one unit yourself`;
      return { path: ['options', index, 'throughput', kind], part: 'value', message };
    });
}

function put(study: SettledStudy, path: Path, figure: FigureFile): void {
  let holder: unknown = study;
  for (const step of path.slice(0, -1)) holder = (holder as Record<string | number, unknown>)[step];
  (holder as Record<string | number, unknown>)[path.at(-1) ?? ''] = figure;
}

/** The profile of an option's accelerator, checked to know the option's precision; null where the option names none. */
function profileOf(option: RawOption, path: Path, sources: StudySources): HardwareProfile | Problem | null {
  const { accelerator, precision } = option;
  if (accelerator === undefined) return null;
  const profiles = sources.profiles();
  const profile = profiles.find(({ id, aliases }) => id === accelerator || aliases.includes(accelerator));
  if (profile === undefined) {
    const near = nearest(
      accelerator,
      profiles.flatMap(({ id, aliases }) => [id, ...aliases]),
    );
    const help = near === null ? '`dyno hardware list` has them' : `Did you mean "${near}"?`;
    const message = `expected the id of a hardware profile, got "${accelerator}". ${help}`;
    return { path: [...path, 'accelerator'], part: 'value', message };
  }
  if (precision === undefined || usablePeak(profile, precision) !== null) return profile;
  const known = peakPrecisions.filter((name) => profile.peakOperationsPerSecond[name].value !== null);
  const message = `expected a precision that ${profile.id} has (${known.join(', ')}), got ${precision}`;
  return { path: [...path, 'precision'], part: 'value', message };
}

type Found = Omit<SettledThroughput, 'max_utilisation' | 'least_latency_ms'>;

const kinds = ['items_per_second', 'result', 'published', 'projection'] as const;

function throughputOf(
  option: RawOption,
  path: Path,
  file: StudyFile,
  profile: HardwareProfile | null,
  sources: StudySources,
): Found | Problem {
  const { throughput } = option;
  const refuse = (message: string, at: Path = path): Problem => ({ path: at, part: 'value', message });
  const given = kinds.filter((kind) => throughput[kind] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    return refuse(`expected one of ${kinds.join(', ')}, got ${given.join(' and ') || 'none'}`);
  }
  if (kind === 'items_per_second') return ownThroughput(throughput, refuse, path);
  for (const key of ['provenance', 'source'] as const) {
    if (throughput[key] !== undefined) {
      return refuse(`expected ${key} beside items_per_second, got it beside ${kind}, which has its own`, [
        ...path,
        key,
      ]);
    }
  }
  const found = foundThroughput(kind, option, file, profile, sources);
  if ('refused' in found) return refuse(found.refused, [...path, kind]);
  const { value, low, high, shape, source, provenance, caveats, items } = found;
  const ends = low === null || high === null ? {} : { low, high, shape };
  const settled = { items_per_second: { value, ...ends, source }, provenance, source, caveats: [...caveats] };
  return items === undefined ? settled : { ...settled, items };
}

function ownThroughput(
  { items_per_second: figure, provenance, source, accept }: RawOption['throughput'],
  refuse: (message: string, at?: Path) => Problem,
  path: Path,
): Found | Problem {
  if (provenance === undefined || source === undefined) {
    return refuse('expected provenance and source beside items_per_second: where the figure is from');
  }
  if (accept !== undefined)
    return refuse('expected accept beside result, published or projection', [...path, 'accept']);
  // `default` has been refused already.
  return { items_per_second: figure as FigureFile, provenance, source, caveats: [] };
}

function foundThroughput(
  kind: 'result' | 'published' | 'projection',
  option: RawOption,
  file: StudyFile,
  profile: HardwareProfile | null,
  sources: StudySources,
): FoundThroughput | NoThroughput {
  const { throughput } = option;
  const need = needOf(option, file);
  if (kind === 'result') return ofResult(option, need, sources);
  const asked = throughput[kind];
  if (asked === undefined) return { refused: 'expected a throughput' };
  const accelerator = sameOrOnly('accelerator', asked.accelerator, profile?.id, (name) => canonical(name, sources));
  const precision = sameOrOnly('precision', asked.precision, option.precision, (name) => name);
  if (typeof accelerator !== 'string') return accelerator;
  if (typeof precision !== 'string') return precision;
  const { model, stack, scenario = 'Server' } = asked;
  const cell = { accelerator, precision, model, stack, scenario };
  if (kind === 'projection') return projectedThroughput(cell, need, sources.project);
  const { batch_size: batchSize = null, software = null } = throughput.published ?? {};
  return publishedThroughput({ ...cell, batchSize, software }, need, sources.published(), sources.profiles());
}

function needOf({ throughput, ...option }: RawOption, { demand }: StudyFile): ThroughputNeed {
  const { least_latency_ms: least, accept = [] } = throughput;
  return {
    limitMilliseconds: demand.latency_limit_ms ?? null,
    percentile: demand.latency_percentile ?? 'p99',
    acceptsDegraded: accept.includes('degraded'),
    acceptsLooserLimit: accept.includes('looser_limit'),
    leastMilliseconds: least === undefined || least === 'default' ? null : numberIn(least as FigureFile),
    accelerators: option.kind === 'own' ? option.machine.accelerators : (option.accelerators ?? 1),
  };
}

/** What the throughput says, else what the option says; refused where the two differ. */
function sameOrOnly(
  what: string,
  own: string | undefined,
  ofOption: string | undefined,
  canonicalOf: (name: string) => string,
): string | NoThroughput {
  const said = own === undefined ? undefined : canonicalOf(own);
  if (said === undefined && ofOption === undefined)
    return { refused: `expected ${what} here or in the option, got neither` };
  if (said !== undefined && ofOption !== undefined && said !== ofOption) {
    return { refused: `expected the ${what} of the option, ${ofOption}, got ${said}` };
  }
  return said ?? ofOption ?? '';
}

/** The id of a profile for one of its other names. */
function canonical(name: string, sources: StudySources): string {
  return sources.profiles().find(({ aliases }) => aliases.includes(name))?.id ?? name;
}

function ofResult(option: RawOption, need: ThroughputNeed, sources: StudySources): FoundThroughput | NoThroughput {
  const { run: name, case: pattern = null } = option.throughput.result ?? {};
  const asked = { case: pattern, precision: option.precision ?? null };
  if (name !== undefined) {
    const run = namedRun(name, sources);
    return 'refused' in run ? run : measuredThroughput(asked, need, run);
  }
  const runs = sources.runs();
  if (runs.length === 0) return { refused: 'expected run here, or --results RUN, got neither' };
  const answers = runs.map((run) => ({ run, answer: measuredThroughput(asked, need, run) }));
  const fitting = answers.filter(({ answer }) => !('refused' in answer));
  const [only, ...others] = fitting;
  if (only === undefined) {
    const why = answers.flatMap(({ run, answer }) => ('refused' in answer ? [`${run.runId}: ${answer.refused}`] : []));
    return { refused: `none of the runs of --results gives it: ${why.join('; ')}` };
  }
  if (others.length > 0) {
    const ids = fitting.map(({ run }) => run.runId).join(', ');
    return {
      refused: `expected one of the runs of --results to give it, got ${fitting.length} (${ids}): state run here`,
    };
  }
  return only.answer;
}

function namedRun(name: string, sources: StudySources): Run | NoThroughput {
  try {
    return sources.run(name);
  } catch (error) {
    if (error instanceof InputError) return { refused: `run "${name}": ${error.message}` };
    throw error;
  }
}
