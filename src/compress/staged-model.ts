import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { externalFile, isExternal } from '../graph/external-data.ts';
import { modelContent } from '../graph/model-content.ts';
import { modelTensors } from '../graph/model-tensors.ts';
import { writeModelWithExternalData } from '../graph/move-external.ts';
import { ModelProtoSchema } from '../graph/onnx_pb.ts';
import { readModel, writeModel } from '../graph/onnx-file.ts';
import { createMessage, encodeModelProto, type OnnxModel } from '../graph/onnx-message.ts';
import { DynoError, errorText, InputError } from '../kernel/errors.ts';
import { makeFolder } from '../kernel/make-folder.ts';
import { onStop } from '../kernel/on-stop.ts';
import { ownModel } from '../workloads/own-model.ts';
import { type ModelManifest, manifestEntries, removeManifest } from './model-manifest.ts';

/** Where a model is to be written, as the user named it. */
export interface ModelTarget {
  readonly path: string;
  /** Whether a file that is there may be replaced. */
  readonly force: boolean;
}

export interface SavedModel {
  readonly path: string;
  readonly sha256: string;
  /** Of the file, and of the one with its data beside it. */
  readonly bytes: number;
  /** Name of the file beside it that holds its larger constants; null: all are in it. */
  readonly dataFile: string | null;
}

/** A model that is written, but not yet in its place. */
export interface StagedModel {
  /** Where it can be loaded from meanwhile. */
  readonly path: string;
  /** Writes the manifest into it and puts it in its place. */
  finish(manifest: Omit<ModelManifest, 'content'>): Promise<SavedModel>;
  /** Removes what was not finished; does nothing afterwards. */
  discard(): void;
}

/** A protobuf message ends at 2 GiB; some of that is the graph. */
const largestInside = 2 ** 31 - 2 ** 24;

/**
 * Refuses a target before any work is done for it.
 * @param source Path of the model that is read; it and the files of its data are never written.
 * @throws InputError `OUTPUT_IS_INPUT`, `OUTPUT_EXISTS`, `OUTPUT_INVALID`.
 */
export function checkTarget({ path, force }: ModelTarget, source: string, model: OnnxModel): void {
  if (path === '')
    throw new InputError('OUTPUT_INVALID', '--out: expected the path of the file to write, got nothing.');
  if (!existsSync(path)) return;
  const external = modelTensors(model).filter(isExternal);
  const inputs = new Set([realpathSync(source), ...external.map((tensor) => externalFile(tensor, dirname(source)))]);
  if (inputs.has(realpathSync(path))) {
    throw new InputError(
      'OUTPUT_IS_INPUT',
      `--out ${path}: this is a file of the model that is read. Name another file.`,
    );
  }
  if (!statSync(path).isFile()) {
    throw new InputError(
      'OUTPUT_INVALID',
      `--out ${path}: expected a file, got a folder. Name the file to write in it.`,
    );
  }
  if (!force) {
    throw new InputError(
      'OUTPUT_EXISTS',
      `--out ${path}: this file exists. Name another one, or replace it with --force.`,
    );
  }
}

/**
 * Writes a model into a folder of its own beside its place, to be looked at before it is moved there.
 * @param options.folder Folder that external data of the model are in; null: it has none.
 * @param options.apart Whether its larger constants are written beside it; they are in any case where they do not fit into one file.
 * @throws InputError `OUTPUT_UNWRITABLE`, and those of `writeModelWithExternalData`.
 */
export function stageModel(
  model: OnnxModel,
  target: ModelTarget,
  { folder, apart }: { readonly folder: string | null; readonly apart: boolean },
): StagedModel {
  const place = dirname(target.path);
  const name = basename(target.path);
  const stage = join(place, `.${name}.${process.pid}.tmp`);
  const remove = () => {
    if (existsSync(stage)) rmSync(stage, { recursive: true });
  };
  const forget = onStop(remove);
  const discard = () => {
    forget();
    remove();
  };
  const writing = <T>(write: () => T): T => {
    try {
      return write();
    } catch (cause) {
      discard();
      if (cause instanceof DynoError) throw cause;
      throw new InputError('OUTPUT_UNWRITABLE', `--out ${target.path}: cannot be written (${errorText(cause)}).`, {
        cause,
      });
    }
  };
  const path = join(stage, name);
  const { content, dataFile } = writing(() => {
    removeManifest(model);
    const content = modelContent(model, folder);
    makeFolder(stage);
    if (apart || content.bytes > largestInside)
      return { content, dataFile: basename(writeModelWithExternalData(path, model, { folder }) ?? '') || null };
    writeModel(path, model);
    return { content, dataFile: null };
  });
  return {
    path,
    discard,
    async finish(manifest) {
      writing(() => {
        append(path, manifestEntries({ ...manifest, content }));
        // The data are there before the model that names them: whatever is interrupted, a model in its place is whole.
        if (dataFile !== null) renameSync(join(stage, dataFile), join(place, dataFile));
        renameSync(path, target.path);
        discard();
      });
      // Of a model whose data lie beside it, the file is small.
      const written = dataFile === null ? model : readModel(target.path);
      const { sha256, bytes } = await ownModel(target.path, written, []);
      return { path: target.path, sha256, bytes, dataFile };
    },
  };
}

/** Messages of protobuf that follow each other are one: entries of a list are added to those before. So the model need not be written twice. */
function append(path: string, metadataProps: ReturnType<typeof manifestEntries>): void {
  appendFileSync(path, encodeModelProto(createMessage(ModelProtoSchema, { metadataProps })));
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
