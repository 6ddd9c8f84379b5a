import { join } from 'node:path';
import type { CalibrationMethod } from '../../compress/calibrate.ts';
import type { QuantizeFileMethod } from '../../compress/quantize-file.ts';
import { cacheFolder } from '../../kernel/cache-folder.ts';
import { type ExitCode, InputError } from '../../kernel/errors.ts';
import type { Registry } from '../../kernel/registry.ts';
import { WorkloadCache } from '../../workloads/cache.ts';
import { findCalibration } from '../../workloads/find-calibration.ts';
import { ownCalibration } from '../../workloads/own-calibration.ts';
import type { Calibration, Workload } from '../../workloads/workload.ts';
import { changedModelText, decisionTable, printChanged } from '../changed-model-text.ts';
import { commaSeparated } from '../comma-separated.ts';
import { type ModelArgument, type ModelArgumentOptions, openModelArgument } from '../model-argument.ts';
import type { Streams } from '../streams.ts';
import { type ModelOptions, registeredWorkloads } from './model.ts';

export interface ModelQuantizeOptions extends ModelOptions, ModelArgumentOptions {
  readonly name: string;
  readonly out: string;
  readonly force?: boolean;
  readonly dynamic?: boolean;
  /** `min_max`, `percentile` or `percentile=99.99`. */
  readonly method?: string;
  /** Folder of images or `.npy` files. */
  readonly calibration?: string;
  /** How many items are calibrated with at most. */
  readonly items?: string;
  /** Operators and names of nodes, separated by commas. */
  readonly keep?: string;
}

/** `dyno model quantize`: a model in 8-bit integers. */
export async function modelQuantizeCommand(
  options: ModelQuantizeOptions,
  streams: Streams,
  workloads?: Registry<Workload>,
): Promise<ExitCode> {
  const { name, out, force = false } = options;
  const keep = options.keep === undefined ? [] : commaSeparated('--keep', options.keep);
  refuseForDynamic(options);
  const ranges = rangesOf(options.method);
  const items = itemsOf(options.items);
  const hub = workloads ?? (await registeredWorkloads(options));
  const argument = await openModelArgument(name, options, hub);
  const method: QuantizeFileMethod =
    options.dynamic === true
      ? { kind: 'dynamic' }
      : { kind: 'static', ranges, calibration: limited(await calibrationOf(options, argument, hub), items) };
  if (method.kind === 'static') streams.stderr.write(`calibration  ${method.calibration.what}\n`);
  const [{ quantizeFile }, { ortCpu }] = await Promise.all([
    import('../../compress/quantize-file.ts'),
    import('../../engine/backends/ort-cpu.ts'),
  ]);
  const { workload } = argument;
  const source = workload.model;
  const target = { path: out, force };
  const changed = await quantizeFile({ source, workload, target, backend: ortCpu, method, keep });
  const { path, sha256, bytes } = source;
  const { report } = changed;
  return printChanged(
    options,
    streams,
    { ...changed, source: { path, sha256, bytes } },
    report,
    () => `${decisionTable(report.counts)}\n${changedModelText(changed)}`,
  );
}

/** What dynamic quantisation has no use for would be ignored in silence. */
function refuseForDynamic({ dynamic, method, calibration, items }: ModelQuantizeOptions): void {
  if (dynamic !== true) return;
  const given = Object.entries({ method, calibration, items }).find(([, value]) => value !== undefined);
  if (given === undefined) return;
  throw new InputError(
    'OPTION_CONFLICT',
    `--${given[0]}: --dynamic takes ranges from each run and needs no calibration. Leave out one of the two.`,
  );
}

function rangesOf(text = 'min_max'): CalibrationMethod {
  if (text === 'min_max') return { kind: 'min_max' };
  const match = /^percentile(?:=(\d+(?:\.\d+)?))?$/.exec(text);
  const percent = Number(match?.[1] ?? 99.999);
  if (match !== null && percent > 50 && percent <= 100) return { kind: 'percentile', percent };
  throw new InputError(
    'OPTION_INVALID',
    `--method: expected min_max, percentile or percentile=99.99 (above 50, up to 100), got ${JSON.stringify(text)}.`,
  );
}

function itemsOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InputError(
    'OPTION_INVALID',
    `--items: expected a whole number of at least 1, got ${JSON.stringify(text)}.`,
  );
}

/** The folder of `--calibration`, of images where the workload preprocesses, else of arrays; else what the workload has for it. */
async function calibrationOf(
  { calibration: folder }: ModelQuantizeOptions,
  { request, workload }: ModelArgument,
  hub: Registry<Workload>,
): Promise<Calibration> {
  if (folder === undefined) return findCalibration(request, workload, hub, cacheFolder());
  const kind = workload.preprocess === null ? 'npy' : 'images';
  const single = workload.inputs.length === 1;
  const inputs = single
    ? {}
    : Object.fromEntries(workload.inputs.map((input) => [input.name, join(folder, input.name)]));
  const given = { kind, folder, inputs } as const;
  const cache = new WorkloadCache(cacheFolder());
  const { data, items } = await ownCalibration(given, { model: workload.model.path }, workload, cache);
  return { what: `${items} items that were given`, data, items };
}

function limited(calibration: Calibration, items: number | null): Calibration {
  if (items === null || items >= calibration.items) return calibration;
  return { ...calibration, items, what: `${items} of ${calibration.what}` };
}
