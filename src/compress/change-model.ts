import { dirname } from 'node:path';
import type { Backend } from '../engine/backends/backend.ts';
import { readSoundModel } from '../graph/check-model.ts';
import { graphCost } from '../graph/cost.ts';
import { isExternal } from '../graph/external-data.ts';
import { modelTensors } from '../graph/model-tensors.ts';
import { inlineExternalData } from '../graph/move-external.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import { operatorCounts } from '../graph/operator-counts.ts';
import { DynoError } from '../kernel/errors.ts';
import type { PreparedModel, PreparedWorkload } from '../workloads/prepared-workload.ts';
import { type AnswerComparison, compareAnswers } from './model-answers.ts';
import type { ModelManifest } from './model-manifest.ts';
import { SampleRuns } from './sample-runs.ts';
import { checkTarget, type ModelTarget, type SavedModel, stageModel } from './staged-model.ts';
import type { WorkloadAccuracy } from './workload-accuracy.ts';

/** What a change of a model says of itself, for the manifest and for its report. */
export interface Change<Report> extends Pick<ModelManifest, 'method' | 'calibrationSha256' | 'calibrationData'> {
  readonly report: Report;
}

export interface ChangeRequest<Report> {
  readonly source: Pick<PreparedModel, 'path' | 'sha256' | 'bytes'>;
  /** What the model is fed with, before and after; null: nothing is run. */
  readonly workload: PreparedWorkload | null;
  readonly target: ModelTarget;
  readonly backend: Backend;
  /** How the changed model is run: `none`, so that nothing but the change makes a difference; `full`, as it will be served. */
  readonly optimization: 'full' | 'none';
  /** Whether the data of other files are brought into the model, as what converts numbers needs it. */
  readonly inlinesData: boolean;
  /** Changes the model in place. `folder`: of its external data; null: it has none. */
  change(model: OnnxModel, folder: string | null): Promise<Change<Report>>;
  /** Throws where the answers agree too little for the changed model to be kept. */
  accept?(comparison: AnswerComparison): void;
}

/** What can be told of a model without running it. */
export interface ModelFigures {
  readonly bytes: number;
  /** Bodies included. */
  readonly nodes: number;
  readonly parameters: number;
  /** For one item; null: not known. */
  readonly multiplyAdds: number | null;
}

export interface ChangeReport<Report> {
  readonly source: ChangeRequest<Report>['source'];
  readonly saved: SavedModel;
  readonly before: ModelFigures;
  readonly after: ModelFigures;
  /** Against the model as its file has it, in 32-bit floats; null: it was not run, or all answers were zeros. */
  readonly comparison: AnswerComparison | null;
  /** On the labelled data of the workload; null: there are none, or it was not run. */
  readonly accuracy:
    | (Pick<WorkloadAccuracy, 'metric' | 'items'> & { readonly before: number; readonly after: number })
    | null;
  readonly method: string;
  readonly calibrationSha256: string | null;
  readonly calibrationData: string | null;
  readonly report: Report;
}

/**
 * Reads a model, changes it, runs it before and after on samples of its workload, and writes it with a manifest of all that. Nothing is at
 * the target before it is whole.
 * @throws InputError Those of `checkTarget`, of the model and of the change; DynoError `CHANGED_NOT_LOADED` when the engine takes the model and not what
 *   was made of it.
 */
export async function changeModel<Report>(request: ChangeRequest<Report>): Promise<ChangeReport<Report>> {
  const { source, workload, target, backend } = request;
  const model = readSoundModel(source.path);
  checkTarget(target, source.path, model);
  const external = modelTensors(model).some(isExternal) ? dirname(source.path) : null;
  // What stands in bodies and attributes is small, and the new data file does not take it.
  if (external !== null)
    inlineExternalData(model, external, new Set(request.inlinesData ? [] : model.graph.initializer));
  const folder = request.inlinesData ? null : external;
  const before = figuresOf(model, workload, source.bytes);
  const run = workload === null ? null : new SampleRuns(workload, model, backend);
  const reference = (await run?.observe(source.path, 'none')) ?? null;

  const change = await request.change(model, folder);
  const staged = stageModel(model, target, { folder, apart: external !== null });
  try {
    const candidate =
      (await run?.observe(staged.path, request.optimization).catch((cause) => {
        throw notLoaded(request, cause);
      })) ?? null;
    const comparison = candidate && reference && compareAnswers(candidate.answers, reference.answers);
    if (comparison !== null) request.accept?.(comparison);
    const accuracy = accuracyOf(reference?.accuracy ?? null, candidate?.accuracy ?? null);
    const { method, calibrationSha256, calibrationData = null, report } = change;
    const saved = await staged.finish({
      method,
      sourceSha256: source.sha256,
      sourceBytes: source.bytes,
      calibrationSha256,
      calibrationData,
      accuracy: accuracy && {
        metric: accuracy.metric,
        value: accuracy.after,
        source: accuracy.before,
        items: accuracy.items,
      },
      fidelity: comparison && { cosine: comparison.cosine, sqnrDb: comparison.sqnrDb, items: comparison.queries },
    });
    const after = figuresOf(model, workload, saved.bytes);
    const made = { method, calibrationSha256, calibrationData, report };
    return { source, saved, before, after, comparison, accuracy, ...made };
  } finally {
    staged.discard();
  }
}

function figuresOf(model: OnnxModel, workload: PreparedWorkload | null, bytes: number): ModelFigures {
  const shapes = Object.fromEntries((workload?.inputs ?? []).map(({ name, itemShape }) => [name, itemShape]));
  const { parameters, multiplyAdds } = graphCost(model, shapes);
  const nodes = Object.values(operatorCounts(model)).reduce((sum, count) => sum + count, 0);
  return { bytes, nodes, parameters, multiplyAdds: workload === null ? null : multiplyAdds };
}

/** The engine's own words are the cause. */
function notLoaded({ source, backend }: ChangeRequest<unknown>, cause: unknown): DynoError {
  return new DynoError(
    'CHANGED_NOT_LOADED',
    `${backend.name} runs ${source.path}, but not what was made of it: nothing was written. This is a fault of Dyno's: please report it with the operators of the model.`,
    { cause },
  );
}

function accuracyOf(
  before: WorkloadAccuracy | null,
  after: WorkloadAccuracy | null,
): ChangeReport<unknown>['accuracy'] {
  if (before === null || after === null) return null;
  return { metric: before.metric, items: before.items, before: before.value, after: after.value };
}
