import { type StringStringEntryProto, StringStringEntryProtoSchema } from '../graph/onnx_pb.ts';
import { createMessage, type OnnxModel } from '../graph/onnx-message.ts';
import { packageVersion } from '../kernel/package-root.ts';

/** What a model that was made from another says of itself, in its own metadata (`metadata_props`). */
export interface ModelManifest {
  /** How it was made, such as `hygiene, int8 static, min_max`. */
  readonly method: string;
  /** SHA-256 of the file it was made from. */
  readonly sourceSha256: string;
  /** SHA-256 of the data that it was calibrated with; null: none were needed. */
  readonly calibrationSha256: string | null;
  /** What those data were, in a few words; null: not told. */
  readonly calibrationData?: string | null;
  /** Size of the file that it was made from, files beside it included. */
  readonly sourceBytes?: number | null;
  /** What stands in the model but for its metadata (`modelContent`): tells whether it is as it was made. */
  readonly content?: { readonly sha256: string; readonly bytes: number } | null;
  /** On labelled data that it was not calibrated with; `source`: of the model that it was made from. */
  readonly accuracy?: {
    readonly metric: string;
    readonly value: number;
    readonly source: number;
    readonly items: number;
  } | null;
  /** Agreement of its outputs with those of the model that it was made from. */
  readonly fidelity?: {
    readonly cosine: number;
    /** null: no output differs. */
    readonly sqnrDb: number | null;
    readonly items: number;
  } | null;
}

/** A manifest as it was read: what it does not tell is null. */
export type ReadManifest = Required<ModelManifest> & {
  /** The program that made the model, and its version; null: an early one that did not tell. */
  readonly tool: string | null;
  readonly version: string | null;
};

const tool = 'inference-dyno';
const prefix = `${tool}.`;

/** Writes the manifest into the model's metadata, in place of one that it had; other entries stay. */
export function writeManifest(model: OnnxModel, manifest: ModelManifest): void {
  removeManifest(model);
  model.metadataProps = [...model.metadataProps, ...manifestEntries(manifest)];
}

/** Takes the manifest out of the model's metadata. */
export function removeManifest(model: OnnxModel): void {
  model.metadataProps = model.metadataProps.filter(({ key }) => !key.startsWith(prefix));
}

/** The entries of the metadata that are the manifest. */
export function manifestEntries(manifest: ModelManifest): StringStringEntryProto[] {
  const json = (value: object | null | undefined) => (value == null ? null : JSON.stringify(value));
  const entries: [string, string | number | null | undefined][] = [
    ['tool', tool],
    ['version', packageVersion()],
    ['method', manifest.method],
    ['source-sha256', manifest.sourceSha256],
    ['source-bytes', manifest.sourceBytes],
    ['calibration-sha256', manifest.calibrationSha256],
    ['calibration-data', manifest.calibrationData],
    ['content-sha256', manifest.content?.sha256],
    ['content-bytes', manifest.content?.bytes],
    ['accuracy', json(manifest.accuracy)],
    ['fidelity', json(manifest.fidelity)],
  ];
  return entries.flatMap(([key, value]) =>
    value == null
      ? []
      : [createMessage(StringStringEntryProtoSchema, { key: `${prefix}${key}`, value: String(value) })],
  );
}

/** The manifest of a model; null for one that was not made here. Entries that are not as `writeManifest` writes them count as not told. */
export function readManifest(model: OnnxModel): ReadManifest | null {
  const entries = new Map(model.metadataProps.map(({ key, value }) => [key, value]));
  const text = (key: string): string | null => entries.get(`${prefix}${key}`) ?? null;
  const count = (key: string): number | null => (/^\d{1,15}$/.test(text(key) ?? '') ? Number(text(key)) : null);
  const [method, sourceSha256] = [text('method'), text('source-sha256')];
  if (method === null || sourceSha256 === null) return null;
  const content = { sha256: text('content-sha256'), bytes: count('content-bytes') };
  const { sha256, bytes } = content;
  return {
    tool: text('tool'),
    version: text('version'),
    method,
    sourceSha256,
    sourceBytes: count('source-bytes'),
    calibrationSha256: text('calibration-sha256'),
    calibrationData: text('calibration-data'),
    content: sha256 === null || bytes === null ? null : { sha256, bytes },
    accuracy: accuracyOf(parsed(text('accuracy'))),
    fidelity: fidelityOf(parsed(text('fidelity'))),
  };
}

function accuracyOf(value: Record<string, unknown>): ReadManifest['accuracy'] {
  const { metric, value: share, source, items } = value;
  if (typeof metric !== 'string' || !isNumber(share) || !isNumber(source) || !isNumber(items)) return null;
  return { metric, value: share, source, items };
}

function fidelityOf({ cosine, sqnrDb, items }: Record<string, unknown>): ReadManifest['fidelity'] {
  if (!isNumber(cosine) || !(sqnrDb === null || isNumber(sqnrDb)) || !isNumber(items)) return null;
  return { cosine, sqnrDb, items };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

/** Metadata may come from anybody: what is no JSON object has nothing in it. */
function parsed(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
