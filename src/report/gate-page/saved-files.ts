import { gateJsonText } from '../../gate/gate-json.ts';
import type { GateReport } from '../../gate/gate-report.ts';
import type { Pair } from '../../gate/pair.ts';
import { voidReason } from '../../gate/void-conditions.ts';
import { csvText } from '../csv-field.ts';

export interface SavedFile {
  readonly file: string;
  readonly mediaType: string;
  readonly content: string;
  readonly about: string;
}

/** What the page offers as files: the verdict as data, and the figures of every round. */
export function savedFiles(report: GateReport, pairs: readonly Pair[]): SavedFile[] {
  return [
    {
      file: 'gate.json',
      mediaType: 'application/json',
      content: gateJsonText(report),
      about: 'verdict and rows, as --format json writes them',
    },
    {
      file: 'rounds.csv',
      mediaType: 'text/csv',
      content: roundsCsv(report, pairs),
      about: 'every figure of every round, in base units, with the reason where the round is void',
    },
  ];
}

function roundsCsv({ settings }: GateReport, pairs: readonly Pair[]): string {
  const lines = pairs.flatMap((pair) => {
    const reason = voidReason(pair, settings.limits)?.code ?? '';
    return settings.metrics
      .filter(({ scenario }) => scenario === pair.scenario)
      .map(({ metric, unit }) => [
        ...[pair.scenario, metric, unit, pair.stage, pair.round + 1, pair.first],
        ...[figureOf(pair.base, metric), figureOf(pair.head, metric), reason],
      ]);
  });
  return csvText([['scenario', 'metric', 'unit', 'stage', 'round', 'first', 'base', 'head', 'void'], ...lines]);
}

function figureOf(arm: Pair['base'], metric: string): number | null {
  return arm.outcome === 'failed' ? null : (arm.values[metric] ?? null);
}
