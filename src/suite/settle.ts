import { resolve } from 'node:path';
import type { NormalizeSettings, PreprocessSettings, ResizeSettings } from '../engine/settings.ts';
import { parseDuration } from '../units/duration.ts';
import { settleAugment } from './augment-schema.ts';
import { settleCalibration } from './calibration-schema.ts';
import type { HubImages, Limits, OwnData, OwnWorkload, Policy } from './plan.ts';
import { presetPolicy } from './presets.ts';
import type { SuiteFile } from './schema.ts';
import { settlePostprocess } from './settle-postprocess.ts';
import type { HubWorkloadFile, OwnWorkloadFile } from './workload-schema.ts';

/** The policy with everything filled in from its preset, durations in seconds. */
export function settlePolicy(file: SuiteFile['policy']): {
  readonly policy: Policy;
  readonly timeLimitSeconds: number;
} {
  const name = file?.preset ?? 'default';
  const { timeLimitSeconds, ...preset } = presetPolicy(name);
  const warmupMinSeconds = seconds(file?.warmup?.min_duration) ?? preset.warmup.minSeconds;
  const policy: Policy = {
    preset: name,
    rounds: file?.rounds ?? preset.rounds,
    warmup: {
      minQueries: file?.warmup?.min_queries ?? preset.warmup.minQueries,
      minSeconds: warmupMinSeconds,
      // A suite that asks for a long warm-up does not have to lift a maximum that it never wrote.
      maxSeconds: seconds(file?.warmup?.max_duration) ?? Math.max(preset.warmup.maxSeconds, warmupMinSeconds),
      until: file?.warmup?.until ?? preset.warmup.until,
    },
    window: {
      minQueries: file?.window?.min_queries ?? preset.window.minQueries,
      minSeconds: seconds(file?.window?.min_duration) ?? preset.window.minSeconds,
      maxSeconds: seconds(file?.window?.max_duration) ?? preset.window.maxSeconds,
    },
    seed: file?.seed ?? preset.seed,
    cooldownSeconds: seconds(file?.cooldown) ?? preset.cooldownSeconds,
    order: file?.order ?? preset.order,
    samplingHertz: file?.sampling_hertz ?? preset.samplingHertz,
    observerBlocks: file?.observer_blocks ?? preset.observerBlocks,
    proof: file?.proof ?? preset.proof,
    accuracyItems: file?.accuracy_items ?? preset.accuracyItems,
    bareLoop: file?.bare_loop ?? preset.bareLoop,
    maxTimeSeconds: seconds(file?.max_time ?? undefined) ?? preset.maxTimeSeconds,
  };
  return { policy, timeLimitSeconds: seconds(file?.time_limit) ?? timeLimitSeconds };
}

/** What MLPerf asks of a variant: 99 % of the quality of the reference. */
const defaultOfReference = 0.99;

/** The limits, durations in seconds. */
export function settleLimits(file: SuiteFile['limits']): Limits {
  const { latency, accuracy } = file ?? {};
  return {
    latency: latency === undefined ? null : { percentile: latency.percentile, seconds: seconds(latency.max) ?? 0 },
    accuracy: { ofReference: accuracy?.of_reference ?? defaultOfReference, minimum: accuracy?.minimum ?? null },
  };
}

/** A workload of the user's own with everything filled in; its paths, relative to `folder`, made absolute. */
export function settleWorkload(file: OwnWorkloadFile & { readonly model: string }, folder: string): OwnWorkload {
  const data = file.data === undefined ? null : settleData(file.data, folder);
  const metric = file.metric ?? (data === null || data.labels === null ? null : 'top1');
  return {
    name: file.name,
    model: resolve(folder, file.model),
    dimensions: file.dimensions ?? {},
    shapes: file.shapes ?? {},
    data,
    ...(file.calibration === undefined ? {} : { calibration: settleCalibration(file.calibration, folder) }),
    preprocess: file.preprocess === undefined ? null : settlePreprocess(file.preprocess),
    postprocess: settlePostprocess(file.postprocess, metric, folder),
    metric,
  };
}

/** Images of the user's own for a workload of the hub; paths, relative to `folder`, made absolute. */
export function settleHubImages({ hub, data }: HubWorkloadFile, folder: string): HubImages {
  return {
    workload: hub,
    folder: resolve(folder, data.folder),
    labels: data.labels === undefined ? null : resolve(folder, data.labels),
    truth: data.truth === undefined ? null : resolve(folder, data.truth),
  };
}

function settleData(file: NonNullable<OwnWorkloadFile['data']>, folder: string): OwnData {
  const base = resolve(folder, file.folder);
  const inputs = file.kind === 'npy' ? Object.entries(file.inputs ?? {}) : [];
  return {
    kind: file.kind,
    folder: base,
    inputs: Object.fromEntries(inputs.map(([input, inner]) => [input, resolve(base, inner)])),
    labels: file.labels === undefined ? null : resolve(folder, file.labels),
  };
}

function settlePreprocess(file: NonNullable<OwnWorkloadFile['preprocess']>): PreprocessSettings {
  return {
    resize: settleResize(file.resize),
    color: file.color ?? 'rgb',
    normalize: settleNormalize(file.normalize),
    layout: file.layout ?? 'nchw',
    ...(file.augment === undefined ? {} : { augment: settleAugment(file.augment) }),
  };
}

function settleResize(file: NonNullable<OwnWorkloadFile['preprocess']>['resize']): ResizeSettings {
  const { width, height, mode = 'crop', kernel = 'linear', padding = 0 } = file;
  return mode === 'dynamic'
    ? { mode, width, height, kernel, padding, side: file.side ?? 'both', multiple: file.multiple ?? 1 }
    : { mode, width, height, kernel, padding, shorterSide: file.shorter_side ?? null };
}

function settleNormalize(file: NonNullable<OwnWorkloadFile['preprocess']>['normalize']): NormalizeSettings {
  return typeof file === 'string' ? { kind: file } : file;
}

/** Seconds of a duration that has passed the schema. */
function seconds(duration: string | number | undefined): number | undefined {
  return typeof duration === 'string' ? parseDuration(duration) : duration;
}
