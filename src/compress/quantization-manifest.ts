import { StringStringEntryProtoSchema } from '../graph/onnx_pb.ts';
import { createMessage, type OnnxModel } from '../graph/onnx-message.ts';

/** What a model that was made from another says of itself, in its own metadata. */
export interface QuantizationManifest {
  /** How it was made, such as `int8 static, min_max`. */
  readonly method: string;
  /** SHA-256 of the file it was made from. */
  readonly sourceSha256: string;
  /** SHA-256 of the data that it was calibrated with; null: none were needed. */
  readonly calibrationSha256: string | null;
}

const prefix = 'inference-dyno.';
const keys = {
  method: `${prefix}method`,
  sourceSha256: `${prefix}source-sha256`,
  calibrationSha256: `${prefix}calibration-sha256`,
} as const;

/** Writes the manifest into the model's metadata (`metadata_props`), in place of one that it had; other entries stay. */
export function writeManifest(model: OnnxModel, manifest: QuantizationManifest): void {
  const { method, sourceSha256, calibrationSha256 } = manifest;
  const others = model.metadataProps.filter(({ key }) => !key.startsWith(prefix));
  const entries: [string, string | null][] = [
    [keys.method, method],
    [keys.sourceSha256, sourceSha256],
    [keys.calibrationSha256, calibrationSha256],
  ];
  const own = entries.flatMap(([key, value]) =>
    value === null ? [] : [createMessage(StringStringEntryProtoSchema, { key, value })],
  );
  model.metadataProps = [...others, ...own];
}

/** The manifest of a model; null for one that was not made here. */
export function readManifest(model: OnnxModel): QuantizationManifest | null {
  const value = (wanted: string) => model.metadataProps.find(({ key }) => key === wanted)?.value;
  const [method, sourceSha256] = [value(keys.method), value(keys.sourceSha256)];
  if (method === undefined || sourceSha256 === undefined) return null;
  return { method, sourceSha256, calibrationSha256: value(keys.calibrationSha256) ?? null };
}
