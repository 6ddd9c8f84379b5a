import type { Backend } from '../engine/backends/backend.ts';
import { sha256OfFile } from '../kernel/content-hash.ts';
import { DynoError } from '../kernel/errors.ts';
import type { Registry } from '../kernel/registry.ts';
import { WorkloadCache } from '../workloads/cache.ts';
import { hashOfData } from '../workloads/data-hash.ts';
import { findCalibration } from '../workloads/find-calibration.ts';
import { modelsOf, type NamedModel } from '../workloads/models-of.ts';
import type { WorkloadRequest } from '../workloads/prepare-workload.ts';
import type { PreparedModel, PreparedWorkload } from '../workloads/prepared-workload.ts';
import type { Calibration, Workload } from '../workloads/workload.ts';
import { calibrationOn } from './calibration-engine.ts';
import { type CalibrationFeeds, openCalibration } from './calibration-feeds.ts';
import { evaluateOn } from './evaluate-on.ts';
import { type RewriteReport, rewriteModel } from './rewrite-model.ts';
import type { VariantSettings } from './variant.ts';
import { blameSource, checkLoads, readSource, variantFile, writeVariant } from './variant-file.ts';
import { joinedRecord, type VariantRecord } from './variant-record.ts';
import { weightBitsHere } from './weight-bits.ts';

/** A workload on models that were rewritten for the toggles of a case. */
export interface Variant {
  /** As it was, but for its models. */
  readonly workload: PreparedWorkload;
  readonly record: VariantRecord;
}

/** What a variant is built with. */
export interface VariantSurroundings {
  readonly hub: Registry<Workload>;
  readonly cacheFolder: string;
  /** Folds constants, calibrates, and loads what was built. Where it cannot run, models in 32-bit floats are rewritten without all that. */
  readonly backend: Backend;
}

/** Raised when a step makes another file of the same model, so that cached ones are built anew. */
const version = 7;

const itemsForRange = 8;

/**
 * The models that a workload has under these settings, built or from the cache: cleaned, fused and converted, in this order, and loaded
 * once. Of several models, each is calibrated with what it is fed in the chain, and one that has nothing to convert stays in floats where
 * another one is converted.
 * @throws InputError `NOTHING_TO_QUANTIZE`, `CALIBRATION_NEEDED`, `OPSET_UNSUPPORTED`, `MODEL_TOO_LARGE` and others of the model and its
 *   data; DynoError `VARIANT_NOT_LOADED` with the engine's words, `BACKEND_UNAVAILABLE`.
 */
export async function buildVariant(
  subject: { readonly request: WorkloadRequest; readonly workload: PreparedWorkload },
  settings: VariantSettings,
  surroundings: VariantSurroundings,
): Promise<Variant> {
  const { workload } = subject;
  const { backend } = surroundings;
  const calibration = await calibrationFor(subject, settings, surroundings);
  const feeds = calibration === null ? null : new LazyFeeds(() => openCalibration(workload, calibration, backend));
  try {
    const engine = await engineVersion(backend, settings);
    const build = await modelBuilder({ workload, calibration, feeds, engine, surroundings });
    const built = await buildAll(modelsOf(workload), settings, build);
    return { workload: withModels(workload, built), record: joinedRecord(built.map(({ record }) => record)) };
  } finally {
    await feeds?.close();
  }
}

/** int8 needs data. fp16 looks at some where there are any that accuracy is not taken on. */
async function calibrationFor(
  { request, workload }: Parameters<typeof buildVariant>[0],
  { precision }: VariantSettings,
  { hub, cacheFolder }: VariantSurroundings,
): Promise<Calibration | null> {
  if (precision !== 'int8' && precision !== 'fp16') return null;
  try {
    const calibration = await findCalibration(request, workload, hub, cacheFolder);
    return precision === 'fp16' ? fewOf(calibration) : calibration;
  } catch (error) {
    if (precision === 'fp16' && error instanceof DynoError && error.code === 'CALIBRATION_NEEDED') return null;
    throw error;
  }
}

/** Whose numbers fit into 16 bits is seen on a few items as well as on many. */
function fewOf(calibration: Calibration): Calibration {
  if (calibration.items <= itemsForRange) return calibration;
  // `512 digits of …` is `8 digits of …` then.
  const what = calibration.what.replace(/^\d+ (of the \d+ )?/, '');
  return { ...calibration, items: itemsForRange, what: `${itemsForRange} ${what}` };
}

/** Opened when the first model asks: those in the cache need none. */
class LazyFeeds {
  readonly #open: () => Promise<CalibrationFeeds>;
  #opened: Promise<CalibrationFeeds> | null = null;

  constructor(open: () => Promise<CalibrationFeeds>) {
    this.#open = open;
  }

  async of(model: NamedModel['name']) {
    this.#opened ??= this.#open();
    return (await this.#opened).of(model);
  }

  async close(): Promise<void> {
    await (await this.#opened)?.close();
  }
}

interface BuiltModel {
  readonly name: NamedModel['name'];
  readonly model: PreparedModel;
  readonly record: VariantRecord;
}

type BuildModel = (named: NamedModel, settings: VariantSettings) => Promise<BuiltModel>;

interface BuilderOptions {
  readonly workload: PreparedWorkload;
  readonly calibration: Calibration | null;
  readonly feeds: LazyFeeds | null;
  /** null: there is none. */
  readonly engine: string | null;
  readonly surroundings: VariantSurroundings;
}

async function modelBuilder(options: BuilderOptions): Promise<BuildModel> {
  const { workload, calibration, feeds, engine, surroundings } = options;
  const { backend, cacheFolder } = surroundings;
  const cache = new WorkloadCache(cacheFolder);
  const weightBits = weightBitsHere();
  const calibrated =
    calibration === null
      ? null
      : { ...(await fedWith(workload)), data: await hashOfData(calibration.data), items: calibration.items };

  return async ({ name, model }, settings) => {
    const entry = await cache.entry<RewriteReport>({
      name: `${model.name.replace(/[^\w.-]/g, '_')}-${settings.precision}`,
      ingredients: {
        variant: version,
        ...(await contentOf(model)),
        part: name,
        settings,
        engine,
        weightBits,
        calibrated,
      },
      async build(folder) {
        const source = readSource(model, settings);
        const tools = {
          sourceSha256: model.sha256,
          sourceBytes: model.bytes,
          evaluate: engine === null ? null : evaluateOn(backend),
          load: calibrationOn(backend),
          weightBits,
          async calibration() {
            if (calibration === null || feeds === null) return null;
            return { feeds: await feeds.of(name), what: calibration.what, items: calibration.items };
          },
        };
        try {
          const report = await rewriteModel(source.model, settings, tools, source.folder);
          writeVariant(folder, source.model, source.folder);
          if (engine !== null) await checkLoads(folder, model, settings, backend, report.steps);
          return report;
        } catch (error) {
          if (engine !== null) await blameSource(error, model, backend);
          throw error;
        }
      },
    });
    const file = variantFile(entry);
    const record = { sha256: file.sha256, bytes: file.bytes, ...entry.facts };
    return { name, model: { ...model, ...file }, record };
  };
}

/** A file may have been written anew since it was prepared: what is made of it then must not be taken for a variant of what it was. */
async function contentOf({ sha256, path }: PreparedModel) {
  return { model: sha256, file: await sha256OfFile(path) };
}

/** What decides about the feeds beside the calibration data: how they are prepared, and in a chain the models before. */
async function fedWith(workload: PreparedWorkload) {
  const { inputs, preprocess, postprocess, chain } = workload;
  if (chain === null) return { inputs, preprocess };
  const stages = [chain.angle, chain.recognise].map((stage) =>
    stage === null ? null : { preprocess: stage.preprocess, maxBatch: stage.maxBatch, inputs: stage.inputs },
  );
  const models = modelsOf(workload).map(({ model }) => model.sha256);
  return { inputs, preprocess, postprocess, stages, models };
}

/** Constants are folded and ranges taken by it: another version may give other numbers. null: it cannot run here, and is not needed. */
async function engineVersion(backend: Backend, { precision }: VariantSettings): Promise<string | null> {
  const probe = await backend.probe();
  if (probe.available) return `${backend.name} ${probe.version}`;
  // Who measures another backend need not have this one: small constants are folded without it, and that backend will load the file itself.
  if (precision === 'fp32') return null;
  throw new DynoError(
    'BACKEND_UNAVAILABLE',
    `Models are converted to ${precision} with the help of ${backend.name}, which cannot run here: ${probe.reason}. Run: ${probe.remedy}`,
  );
}

async function buildAll(
  models: readonly NamedModel[],
  settings: VariantSettings,
  build: BuildModel,
): Promise<BuiltModel[]> {
  const built: BuiltModel[] = [];
  let refused = 0;
  for (const named of models) {
    try {
      built.push(await build(named, settings));
    } catch (error) {
      const isRefusal = error instanceof DynoError && error.code === 'NOTHING_TO_QUANTIZE';
      if (!isRefusal || ++refused === models.length) throw error;
      built.push(await build(named, { ...settings, precision: 'fp32' }));
    }
  }
  return built;
}

function withModels(workload: PreparedWorkload, built: readonly BuiltModel[]): PreparedWorkload {
  const byName = new Map(built.map(({ name, model }) => [name, model]));
  const { chain } = workload;
  if (chain === null) return { ...workload, model: byName.get(null) ?? workload.model };
  const { angle, recognise } = chain;
  return {
    ...workload,
    model: byName.get('detect') ?? workload.model,
    chain: {
      ...chain,
      angle: angle === null ? null : { ...angle, model: byName.get('angle') ?? angle.model },
      recognise: { ...recognise, model: byName.get('recognise') ?? recognise.model },
    },
  };
}
