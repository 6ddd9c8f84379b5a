import { readSoundModel } from '../../graph/check-model.ts';
import { parameterCount } from '../../graph/cost.ts';
import { sortNodes } from '../../graph/edit-graph.ts';
import { inferValues } from '../../graph/graph-values.ts';
import { graphWork } from '../../graph/node-work.ts';
import type { OnnxModel } from '../../graph/onnx-message.ts';
import { operatorCounts } from '../../graph/operator-counts.ts';
import { loadCatalogue } from '../../hardware/catalogue.ts';
import { type PeakPrecision, peakPrecisions } from '../../hardware/profile-schema.ts';
import { loadPublished } from '../../hardware/published.ts';
import { resolveProfile } from '../../hardware/resolve.ts';
import { type ExitCode, InputError } from '../../kernel/errors.ts';
import type { Registry } from '../../kernel/registry.ts';
import { sortEvidence } from '../../roofline/evidence.ts';
import { modelCostOf } from '../../roofline/graph-cost.ts';
import { graphRoofline, launchOverheadOf } from '../../roofline/graph-roofline.ts';
import { knownModel } from '../../roofline/known-models.ts';
import { noPeak, Projector } from '../../roofline/project.ts';
import { isPeakPrecision } from '../../roofline/usable-peak.ts';
import type { Workload } from '../../workloads/workload.ts';
import { batchedShapes, countOf } from '../batched-shapes.ts';
import { commaSeparated } from '../comma-separated.ts';
import { openModelArgument } from '../model-argument.ts';
import { ownResults, ownResultsAnswer, ownResultsText } from '../own-results.ts';
import {
  type GraphOnProfile,
  type GraphProjection,
  graphRooflineText,
  type RooflinedGraph,
} from '../roofline-graph-text.ts';
import type { Streams } from '../streams.ts';
import { registeredWorkloads } from './model.ts';

export interface RooflineGraphOptions {
  /** A workload of the hub, or the path of an ONNX file. */
  readonly name: string;
  /** As typed, separated by commas. */
  readonly profile: string;
  readonly shape?: readonly string[];
  readonly batchSize?: string;
  readonly precision?: string;
  readonly stack?: string;
  /** Microseconds a kernel, as typed. */
  readonly launchOverhead?: string;
  readonly nodes?: string;
  readonly profiles?: string;
  /** Runs of one's own that are evidence, too. */
  readonly results?: readonly string[];
  readonly plugin?: readonly string[];
  readonly json?: boolean;
}

const nodesListed = 5;

/**
 * `dyno roofline graph`: what a graph takes at least on each profile, kernel by kernel, what limits it, whether it fits, and what the stacks of
 * published figures would make of it. Nothing is run; a refusal is an answer.
 * @throws InputError for options, models and profiles that are none.
 */
export async function rooflineGraphCommand(
  options: RooflineGraphOptions,
  { stdout, stderr }: Streams,
  workloads?: Registry<Workload>,
): Promise<ExitCode> {
  const batchSize = countOf('--batch-size', options.batchSize) ?? 1;
  const listed = countOf('--nodes', options.nodes) ?? nodesListed;
  const launchSeconds = secondsOf(options.launchOverhead);
  const catalogue = loadCatalogue({ own: options.profiles });
  const words = commaSeparated('--profile', options.profile);
  const profiles = words.map((word) => resolveProfile(word, catalogue).profile);
  const hub = workloads ?? (await registeredWorkloads(options));
  const { workload } = await openModelArgument(options.name, options, hub);
  const model = readSoundModel(workload.model.path);
  sortNodes(model.graph);
  const precision = precisionOf(options.precision, model);
  const shapes = batchedShapes(workload.inputs, batchSize);
  const values = inferValues(model, shapes);

  const publishedAs = hub.has(options.name) ? hub.get(options.name).publishedAs : undefined;
  const counted = modelCostOf(graphWork(model, values), {
    id: workload.name,
    items: batchSize,
    parameters: parameterCount(model),
  });
  const cost = publishedAs === undefined ? counted : (knownModel(publishedAs) ?? counted);
  const own = options.results === undefined ? null : await ownResults(options.results, catalogue.profiles, hub);
  if (own !== null) stderr.write(ownResultsText(own));
  const evidence = [...sortEvidence(loadPublished(), catalogue.profiles).evidence, ...(own?.evidence ?? [])];
  const projector = new Projector(catalogue.profiles, evidence);
  const stacks =
    options.stack === undefined
      ? [...new Set(evidence.map(({ stack }) => stack))]
      : commaSeparated('--stack', options.stack);

  const rows = profiles.map((profile): GraphOnProfile => {
    const launch =
      launchSeconds === null ? launchOverheadOf(profile) : { seconds: launchSeconds, source: '--launch-overhead' };
    const roofline = graphRoofline(model, values, profile, precision, launch);
    const projections = stacks.flatMap((stack) =>
      (['Offline', 'SingleStream'] as const).map((scenario): GraphProjection => {
        const cell = { accelerator: profile.id, scenario, precision, stack };
        const projection =
          'unknown' in cost
            ? { refused: cost.unknown, code: 'UNKNOWN_MODEL' as const }
            : projector.project({ ...cell, cost });
        return { stack, scenario, projection };
      }),
    );
    const refused = roofline === null ? noPeak(profile, precision) : null;
    return { profile: profile.id, name: profile.name, roofline, refused, projections };
  });
  const rooflined: RooflinedGraph = {
    model: workload.model.path,
    name: workload.name,
    batchSize,
    shapes,
    precision,
    cost: 'unknown' in cost ? null : cost,
    costReason: 'unknown' in cost ? cost.unknown : null,
    profiles: rows,
    ...(own === null ? {} : { results: ownResultsAnswer(own) }),
  };
  stdout.write(
    options.json === true
      ? `${JSON.stringify(rooflined, null, 2)}\n`
      : graphRooflineText(rooflined, listed, options.stack !== undefined),
  );
  return 0;
}

/** What was asked for; else int8 of a quantised graph, fp16 of one with weights in it, otherwise fp32. */
function precisionOf(asked: string | undefined, model: OnnxModel): PeakPrecision {
  if (asked !== undefined) {
    if (isPeakPrecision(asked)) return asked;
    throw new InputError(
      'OPTION_INVALID',
      `--precision: expected one of ${peakPrecisions.join(', ')}, got ${JSON.stringify(asked)}.`,
    );
  }
  const quantised = Object.keys(operatorCounts(model)).some((name) => /Quantize|QLinear|Integer/.test(name));
  if (quantised) return 'int8';
  return model.graph.initializer.some(({ dataType }) => dataType === float16) ? 'fp16' : 'fp32';
}

/** `TensorProto.DataType.FLOAT16`. */
const float16 = 10;

function secondsOf(microseconds: string | undefined): number | null {
  if (microseconds === undefined) return null;
  const value = Number(microseconds);
  if (microseconds.trim() !== '' && Number.isFinite(value) && value >= 0) return value * 1e-6;
  throw new InputError(
    'OPTION_INVALID',
    `--launch-overhead: expected microseconds of at least 0, got ${JSON.stringify(microseconds)}.`,
  );
}
