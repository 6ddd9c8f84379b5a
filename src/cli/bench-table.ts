import { energyNotes, energyText, leastCoverage } from '../analysis/energy-text.ts';
import { failureText, projectedNeedText } from '../analysis/memory-text.ts';
import { observerText } from '../analysis/observer-text.ts';
import { repeatCommand } from '../analysis/repeat-command.ts';
import { powerLimitText } from '../analysis/run-power-limit.ts';
import { scenarioText } from '../analysis/scenario-text.ts';
import { modelBytes } from '../analysis/toggle-effects.ts';
import { hasUsualHygiene, hasUsualLayout } from '../analysis/toggles.ts';
import { isInvalidForSpeed } from '../analysis/verdicts/judge-case.ts';
import { plainReason } from '../report/plain-reasons.ts';
import type { Case, Run } from '../results/run.ts';
import { formatBytes, formatPercent, formatSeconds, formatThroughput } from '../units/format.ts';
import { metricName } from '../units/metric-name.ts';
import { projectedText, rowOfCase } from './projected-table.ts';
import { type TextColumn, textTable } from './text-table.ts';
import { findingLines, verdictText } from './verdict-text.ts';

const before: readonly TextColumn<Case>[] = [
  { title: 'workload', align: 'left', cell: ({ workload }) => workload },
  { title: 'backend', align: 'left', cell: ({ backend }) => backend },
  { title: 'batch', align: 'right', cell: ({ axes }) => String(axes.batchSize) },
  { title: 'precision', align: 'left', cell: precisionText },
];

const hygiene: TextColumn<Case> = { title: 'hygiene', align: 'left', cell: ({ axes }) => axes.hygiene ?? '' };
const fusion: TextColumn<Case> = { title: 'fusion', align: 'left', cell: ({ axes }) => axes.fusion };
const layout: TextColumn<Case> = { title: 'layout', align: 'left', cell: ({ axes }) => axes.layout ?? '' };

const figures: readonly TextColumn<Case>[] = [
  { title: 'threads', align: 'right', cell: ({ axes }) => String(axes.threads) },
  { title: 'scenario', align: 'left', cell: ({ scenario, search }) => scenarioText(scenario, search?.rate ?? null) },
  { title: 'p50', align: 'right', cell: (one) => speed(one, one.latency?.p50, formatSeconds) },
  { title: 'p90', align: 'right', cell: (one) => speed(one, one.latency?.p90, formatSeconds) },
  { title: 'p99', align: 'right', cell: (one) => speed(one, one.latency?.p99, formatSeconds) },
  {
    title: 'throughput',
    align: 'right',
    cell: (one) => speed(one, one.throughput?.value, formatThroughput),
  },
];

const size: TextColumn<Case> = {
  title: 'model',
  align: 'right',
  cell: (one) => figure(one.status, modelBytes(one), formatBytes),
};

const energy: readonly TextColumn<Case>[] = [
  {
    title: 'energy/item',
    align: 'right',
    cell: ({ status, energy: taken }) =>
      figure(status, taken?.joulesPerItem, (joules) =>
        energyText(joules, taken?.uncertainty, taken === null ? 1 : leastCoverage(taken)),
      ),
  },
  {
    title: 'above rest',
    align: 'right',
    cell: ({ status, energy: taken }) =>
      figure(status, taken?.idleSubtracted?.joulesPerItem, (joules) =>
        energyText(joules, taken?.idleSubtracted?.uncertainty),
      ),
  },
];

const after: readonly TextColumn<Case>[] = [
  { title: 'peak RSS', align: 'right', cell: ({ status, memory }) => figure(status, memory.peakRssBytes, formatBytes) },
  { title: 'accuracy', align: 'right', cell: quality },
  { title: 'verdict', align: 'left', cell: verdictText },
  { title: 'status', align: 'left', cell: ({ status, provenance }) => (status === 'ok' ? provenance : status) },
];

/**
 * The cases of a run as a text table, and below it why a case is not measured, what speaks against its figures, and why one is missing.
 * Projected cases follow in a block of their own.
 */
export function benchTable(run: Run): string {
  const measured = [textTable(run.cases, columnsFor(run.cases)), ...notes(run)].join('\n');
  const projected = projectedText((run.projected ?? []).map(rowOfCase));
  return projected === '' ? measured : `${measured.trimEnd()}\n\n${projected}`;
}

/** Hygiene and layout where they do not follow from precision and fusion, the size of the model where the toggles change it. */
function columnsFor(cases: readonly Case[]): TextColumn<Case>[] {
  return [
    ...before,
    ...(cases.every(hasUsualHygiene) ? [] : [hygiene]),
    fusion,
    ...(cases.every(hasUsualLayout) ? [] : [layout]),
    ...figures,
    ...(sizesDiffer(cases) ? [size] : []),
    ...(cases.some((one) => one.energy !== null) ? energy : []),
    ...after,
  ];
}

/** The precision, and how the backend carries it out where it does not compute in it. */
function precisionText({ axes, precisionSupport = null }: Case): string {
  const isPlain = precisionSupport === null || precisionSupport === 'native' || precisionSupport === 'none';
  return isPlain ? axes.precision : `${axes.precision} (${precisionSupport})`;
}

/** Whether measured cases of a workload loaded files of different sizes. */
function sizesDiffer(cases: readonly Case[]): boolean {
  const sizes = new Map<string, number>();
  return cases.some((one) => {
    const bytes = modelBytes(one);
    if (one.status !== 'ok' || bytes === null) return false;
    const known = sizes.get(one.workload);
    sizes.set(one.workload, known ?? bytes);
    return known !== undefined && known !== bytes;
  });
}

function notes(run: Run): string[] {
  const lines = grouped(run.cases.flatMap((one) => notesOf(one).map((note) => ({ id: one.id, ...note }))));
  if (run.cases.some(isMarked)) lines.push(`${mark.trim()} marks figures that are invalid and count nowhere.`);
  lines.push(
    ...findingLines(run.cases),
    ...energyLines(run),
    ...powerLimitLine(run),
    ...observerLine(run),
    ...withheldPercentiles(run),
  );
  return lines.length === 0 ? [] : [...lines, ''];
}

/** The power limit under which the figures were taken, where the run set one. */
function powerLimitLine(run: Run): string[] {
  const text = powerLimitText(run);
  return text === '' ? [] : [`power limit: ${text}`];
}

/** What the energy of the first case that has one is of, and why none is above what is drawn at rest. The others have the same sensors. */
function energyLines({ cases }: Run): string[] {
  const one = cases.find(({ energy: taken }) => taken !== null);
  if (one?.energy === null || one?.energy === undefined) return [];
  const reason = one.reasons['energy.idleSubtracted'];
  const without = reason === undefined ? '' : `; above rest: ${plainReason(reason)}`;
  return [`energy: ${one.id}: ${energyNotes(one.energy).join(', ')}${without}`];
}

/** What sampling did to the latency of all cases together, or why nobody knows. */
function observerLine({ observer, reasons, policy }: Run): string[] {
  const effect = observer ?? reasons.observer;
  return policy.observerBlocks !== true || effect === undefined ? [] : [`observer: ${observerText(effect)}`];
}

/** Which of the percentiles in the table are withheld, how many samples they need, and the command that gets them. */
function withheldPercentiles(run: Run): string[] {
  const needed = (['p50', 'p90', 'p99'] as const).flatMap((name) => {
    const needs = run.cases.flatMap(({ status, reasons }) => {
      const reason = reasons[`latency.${name}`];
      return status === 'ok' && reason?.code === 'TOO_FEW_SAMPLES' ? [Number(reason.need)] : [];
    });
    return needs.length === 0 ? [] : [{ name, need: Math.max(...needs) }];
  });
  if (needed.length === 0) return [];
  const most = Math.max(...needed.map(({ need }) => need));
  const names = needed.map(({ name, need }) => `${name} (needs ${need} samples)`).join(', ');
  return [`withheld: ${names}. ${repeatCommand(run, [`policy.window.min_queries=${most}`])}`];
}

interface Note {
  readonly what: string;
  readonly text: string;
}

/** Why a case is not measured; what did not take effect, where the result is of a version that did not judge it. */
function notesOf({ status, cause, reasons, findings }: Case): Note[] {
  if (status === 'failed' && cause !== null) {
    return [{ what: 'failed', text: `${failureText(cause)}${adviceOf(cause)}` }];
  }
  if (status !== 'ok') return [{ what: status, text: reasons.status?.code ?? 'no reason was recorded' }];
  if (findings !== undefined) return [];
  return Object.entries(reasons)
    .filter(([, { code }]) => code === 'NOT_IN_EFFECT')
    .map(([path, { code, need, have }]) => ({
      what: 'not in effect',
      text: `${path.replace('effective.', '')} asked ${need}, got ${have} (${code})`,
    }));
}

/** What is known of the error, on lines of its own. */
function adviceOf({ explanation, memory, message }: NonNullable<Case['cause']>): string {
  const said = memory === undefined ? '' : linesOf([message.trim(), projectedNeedText(memory)]);
  const known = explanation === undefined ? '' : linesOf([`${explanation.title}: ${explanation.meaning}`]);
  // What was worked out for this case, rather than what is advised of the error.
  const remedies = memory?.remedies ?? (explanation === undefined ? [] : [explanation.remedy]);
  return `${said}${known}${linesOf(remedies.map((remedy) => `what to do: ${remedy}`))}`;
}

function linesOf(texts: readonly string[]): string {
  return texts.map((text) => (text === '' ? '' : `\n  ${text}`)).join('');
}

/** One line a note, and below it what is known of an error; cases that share it are counted, and the first is named. */
function grouped(notes: readonly (Note & { readonly id: string })[]): string[] {
  const byText = new Map<string, (Note & { readonly id: string })[]>();
  for (const note of notes) {
    const key = `${note.what}\n${note.text}`;
    byText.set(key, [...(byText.get(key) ?? []), note]);
  }
  return [...byText.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return [`${first.what}: ${first.id}${more}: ${first.text}`];
  });
}

const mark = ' !';

/** A figure of speed, marked where it is not to be used. */
function speed(one: Case, value: number | null | undefined, format: (value: number) => string): string {
  const text = figure(one.status, value, format);
  return isMarked(one) && typeof value === 'number' ? `${text}${mark}` : text;
}

function isMarked(one: Case): boolean {
  return one.status === 'ok' && isInvalidForSpeed(one);
}

/** A case that was not measured has empty cells; a figure that is withheld has a dash. */
function figure(status: Case['status'], value: number | null | undefined, format: (value: number) => string): string {
  if (status !== 'ok') return '';
  return value === null || value === undefined ? '–' : format(value);
}

function quality({ status, accuracy, fidelity }: Case): string {
  if (status !== 'ok') return '';
  if (accuracy !== null) return `${formatPercent(accuracy.value)} ${metricName(accuracy.metric)}`;
  if (fidelity !== null) return `cosine ${fidelity.cosine.toFixed(6)}`;
  return '–';
}
