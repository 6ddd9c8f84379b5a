import type { SpeedEffect } from '../src/analysis/speed-effect.ts';
import type { Case, Run } from '../src/results/run.ts';

export const embedded: string;

export interface Line {
  readonly name: string;
  readonly peers: readonly string[];
  readonly least: number;
}

export const lines: readonly Line[];

export interface PeerRow {
  readonly here: Case;
  readonly peer: Case;
  readonly settings: string;
  readonly effect: SpeedEffect;
}

export interface JudgedLine {
  readonly line: Line;
  readonly batchSize: number;
  readonly settings: string;
  readonly fastest: PeerRow | null;
  readonly standing: 'reached' | 'missed' | 'open';
}

export function peerRatios(run: Pick<Run, 'cases' | 'policy'>): readonly PeerRow[];

export function judgeLines(rows: readonly PeerRow[], workload?: string): readonly JudgedLine[];

export function peerTables(rows: readonly PeerRow[], judged: readonly JudgedLine[]): string;

export function ratioText(effect: SpeedEffect): string;
