import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readSoundModel } from '../graph/check-model.ts';
import { availableCores } from '../kernel/available-cores.ts';
import { cacheFolder } from '../kernel/cache-folder.ts';
import { InputError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';
import type { Registry } from '../kernel/registry.ts';
import { compileSuites } from '../suite/compile.ts';
import { parseShapes } from '../suite/model-suite.ts';
import { nameOfFile } from '../suite/name-of-file.ts';
import { ownModel } from '../workloads/own-model.ts';
import { prepareWorkload, type WorkloadRequest } from '../workloads/prepare-workload.ts';
import type { PreparedModel, PreparedWorkload } from '../workloads/prepared-workload.ts';
import type { Workload } from '../workloads/workload.ts';

export interface ModelArgumentOptions {
  /** Each `input:1x3x224x224` or `dimension=320`, as typed. */
  readonly shape?: readonly string[];
  /** A suite that has the workload of this name. */
  readonly suite?: string;
}

/** A model that a command was given, with what can be fed to it. */
export interface ModelArgument {
  readonly request: WorkloadRequest;
  readonly workload: PreparedWorkload;
}

/**
 * What MODEL names: a workload of the suite, where one is given; a workload of the hub, which is built if need be; else an ONNX file, whose
 * inputs are generated.
 * @throws InputError `PLUGIN_UNKNOWN`, `MODEL_NOT_FOUND`, `MODEL_SHAPE_NEEDED`, `OPTION_CONFLICT`, `MODELS_SEVERAL` for a chain, and those of
 *   suites and models.
 */
export async function openModelArgument(
  name: string,
  options: ModelArgumentOptions,
  hub: Registry<Workload>,
): Promise<ModelArgument> {
  const request = requestOf(name, options, hub);
  if (request.kind !== 'own' && (options.shape ?? []).length > 0) {
    throw new InputError(
      'OPTION_CONFLICT',
      `--shape: expected the path of a model of your own with it, got "${name}", whose shapes are known. Leave it out.`,
    );
  }
  const workload = await prepareWorkload(request, hub, cacheFolder());
  if (workload.chain !== null) {
    throw new InputError(
      'MODELS_SEVERAL',
      `"${name}" is a chain of models; expected one model. Name one of them: ${hub
        .names()
        .filter((other) => other.startsWith(`${name}-`))
        .join(', ')}.`,
    );
  }
  return { request, workload };
}

/** Whether a word is the path of a file rather than a name of the hub. */
export function isModelFile(name: string, hub: Registry<Workload>): boolean {
  return !hub.has(name) && (existsSync(name) || /[./\\]/.test(name));
}

function requestOf(name: string, options: ModelArgumentOptions, hub: Registry<Workload>): WorkloadRequest {
  const { suite, shape = [] } = options;
  if (suite !== undefined) return workloadOfSuite(name, suite, hub);
  if (!isModelFile(name, hub)) {
    hub.get(name);
    return { name, kind: 'hub', definition: null };
  }
  const definition = {
    name: nameOfFile(name, 'model'),
    model: resolve(name),
    ...parseShapes(shape),
    data: null,
    preprocess: null,
    postprocess: { kind: 'none' },
    metric: null,
  } as const;
  return { name: definition.name, kind: 'own', definition };
}

function workloadOfSuite(name: string, suite: string, hub: Registry<Workload>): WorkloadRequest {
  const known = { backends: ['ort-cpu'], workloads: hub.names(), availableCores: availableCores() };
  const { workloads } = compileSuites([suite], { backend: 'ort-cpu' }, known);
  const found = workloads.find((workload) => workload.name === name);
  if (found?.kind === 'operator') {
    throw new InputError('MODEL_NOT_FOUND', `--suite ${suite}: workload "${name}" is an operator and has no model.`);
  }
  if (found !== undefined) return found;
  const names = workloads.map((workload) => workload.name);
  const near = nearest(name, names);
  const hint = near === null ? '' : ` Did you mean "${near}"?`;
  throw new InputError(
    'WORKLOAD_UNKNOWN',
    `--suite ${suite}: no workload of it is named "${name}".${hint} Its workloads: ${names.join(', ')}.`,
  );
}

/** A model that a command rewrites. `workload` is null where nothing is to be run and what to feed is not known. */
export interface ChangedModel {
  readonly source: Pick<PreparedModel, 'path' | 'sha256' | 'bytes'>;
  readonly request: WorkloadRequest;
  readonly workload: PreparedWorkload | null;
}

/**
 * As `openModelArgument`; without a `check` of its answers, a file whose inputs are not known will do, too.
 * @throws InputError As `openModelArgument`.
 */
export async function openChangedModel(
  name: string,
  options: ModelArgumentOptions,
  hub: Registry<Workload>,
  check: boolean,
): Promise<ChangedModel> {
  if (!check && options.suite === undefined && isModelFile(name, hub)) {
    const path = resolve(name);
    const { sha256, bytes } = await ownModel(path, readSoundModel(path), []);
    return { source: { path, sha256, bytes }, request: requestOf(name, options, hub), workload: null };
  }
  const { request, workload } = await openModelArgument(name, options, hub);
  const { path, sha256, bytes } = workload.model;
  return { source: { path, sha256, bytes }, request, workload: check ? workload : null };
}
