import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { SealedFile } from '../results/events.ts';
import { sealToParquet } from '../results/parquet.ts';

/**
 * Where one attempt at a round writes its segments. A rerun of a cut round has files of its own: what the cut one left is kept
 * and never mixed with it.
 */
export function segmentPaths(samplesFolder: string, key: string, round: number, attempt: number) {
  const name = `${key.slice(0, 16)}-r${round}-a${attempt}.seg`;
  return { samples: join(samplesFolder, name), telemetry: join(samplesFolder, `telemetry-${name}`) };
}

/** Where one attempt at a probe of the search for a rate writes its samples. */
export function probeSegmentPath(samplesFolder: string, key: string, probe: number, attempt: number): string {
  return join(samplesFolder, `${key.slice(0, 16)}-p${probe}-a${attempt}.seg`);
}

/** Where a sitting of a run writes what the devices draw at rest. */
export function idleSegmentPath(samplesFolder: string, sitting: number): string {
  return join(samplesFolder, `telemetry-idle-s${sitting}.seg`);
}

/** Seals a segment file into Parquet beside it; null when the round did not come to write one. Paths in the answer are relative to `folder`. */
export async function sealIfAny(segment: string, folder: string): Promise<SealedFile | null> {
  const sealed = segment.replace(/\.seg$/, '.parquet');
  if (!existsSync(segment) && !existsSync(sealed)) return null;
  const { rows, sha256 } = await sealToParquet(segment, sealed);
  return { file: relative(folder, sealed), rows, sha256 };
}
