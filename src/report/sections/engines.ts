import { type EngineCell, type EngineEffects, engineEffects } from '../../analysis/engine-effects.ts';
import { isPaired } from '../../analysis/speed-effect.ts';
import type { Case } from '../../results/run.ts';
import { formatBytes, formatSeconds, formatThroughput } from '../../units/format.ts';
import { runLetter } from '../charts/panels.ts';
import { isNumber } from '../charts/scale.ts';
import { displayName } from '../display-name.ts';
import type { ReportInput } from '../input.ts';
import { isInvalid, markedLabel } from '../standing.ts';
import { accuracyCell, reasonAt } from './case-cells.ts';
import { copiesNotes } from './device-copies.ts';
import { type Cell, cell, column, headCell, row, type Section, section, type Table, table } from './section.ts';
import { speedCell } from './toggle-steps.ts';

/** More groups than these are folded, table by table. */
const openGroups = 6;

/** Engines side by side, a table for each group of cases that differ in the engine alone; null where no group has two that were measured. */
export function engineSection({ runs }: ReportInput, maxGroups: number): Section | null {
  const several = runs.length > 1;
  const groups = runs.flatMap(({ run }, index) =>
    engineEffects(run).map((effects) => ({
      effects,
      paired: isPaired(run.policy),
      title: displayName(several ? `${effects.name} · run ${runLetter(index)}` : effects.name, 100),
    })),
  );
  if (groups.length === 0) return null;
  const shown = groups.slice(0, maxGroups);
  const cases = shown.flatMap(({ effects }) => effects.cells.map(({ one }) => one));
  return section('engines', 'Engines side by side', {
    lead: leadText(shown.map(({ paired }) => paired)),
    tables: shown.map(({ effects, title }) => engineTable(effects, title, shown.length > openGroups)),
    notes: [
      ...(cases.some(({ transport }) => transport !== undefined) ? [transportNote] : []),
      ...copiesNotes(shown.map(({ effects }) => effects.cells)),
      ...(cases.some(({ deviceTime }) => deviceTime !== undefined) ? [deviceNote] : []),
      ...softwareNotes(cases),
      ...(shown.some(({ effects }) => effects.cells.some(({ speed }) => speed.low !== null))
        ? ['Each interval is of one ratio: of 20 engines that are equally fast, about one is told apart by chance.']
        : []),
      ...(groups.length > shown.length
        ? [
            `The first ${shown.length} of ${groups.length} groups: more would make this page too large. All cases are in the data.`,
          ]
        : []),
    ],
  });
}

const transportNote =
  'Transport is what the tensors of a query need to travel to an engine in a process of its own, and back. It is taken apart from its time, and in the figures beside it only where they say so.';

const deviceNote =
  'Over device is the time of the engine’s calls over the time that the device needed by its own events: what is above 1 the engine adds by launching kernels and waiting for them.';

/** The software of engines that tell it, those with the same together: `pytorch-eager, pytorch-compile: torch 2.15.0 …`. */
function softwareNotes(cases: readonly Case[]): string[] {
  const engines = new Map<string, Set<string>>();
  for (const { axes, effective } of cases) {
    const software = effective.software?.value ?? null;
    if (software === null) continue;
    const known = engines.get(String(software)) ?? new Set<string>();
    engines.set(String(software), known.add(displayName(axes.backend, 40)));
  }
  return [...engines].map(([software, names]) => `${[...names].join(', ')}: ${displayName(software, 200)}.`);
}

function leadText(paired: readonly boolean[]): string {
  const how = paired.every((one) => one)
    ? 'All took turns in each round, so that ratios are taken round by round, and what slowed a whole round cancels.'
    : 'Where cases were measured one after the other, drift of the machine counts as a difference.';
  return `Cases that are alike in everything but the engine: the same model, items, batch, precision, fusion and threads. ${how}`;
}

function engineTable({ cells, reference, measure }: EngineEffects, title: string, folds: boolean): Table {
  const numeric = { numeric: true };
  const cases = cells.map(({ one }) => one);
  const hasTransport = cases.some(({ transport }) => transport !== undefined);
  const hasDevice = cases.some(({ deviceTime }) => deviceTime !== undefined);
  const hasAccuracy = cases.some(({ accuracy }) => accuracy !== null);
  const hasFidelity = cases.some(({ fidelity }) => fidelity !== null);
  const caption = `${title}: each engine beside ${displayName(reference.axes.backend, 40)}`;
  return table(
    caption,
    [
      column('Engine'),
      column('Times as fast', { ...numeric, unit: '95 %' }),
      ...(measure === 'query' ? [column('p50', numeric)] : []),
      column('Throughput', numeric),
      ...(hasTransport ? [column('Transport', numeric)] : []),
      ...(hasDevice ? [column('Over device', { ...numeric, unit: 'ratio' })] : []),
      column('Peak memory', numeric),
      ...(hasAccuracy ? [column('Accuracy', numeric)] : []),
      ...(hasFidelity ? [column('Fidelity', { ...numeric, unit: 'cosine' })] : []),
    ],
    cells.map(({ one, speed }) =>
      row(
        [
          headCell(markedLabel(one, displayName(one.axes.backend, 40)), displayName(one.id, 200)),
          one.key === reference.key ? cell('reference', { tone: 'number none' }) : speedCell(speed),
          ...(measure === 'query' ? [timeCell(one)] : []),
          throughputCell(one),
          ...(hasTransport ? [transportCell(one)] : []),
          ...(hasDevice ? [deviceCell(one)] : []),
          memoryCell(one),
          ...(hasAccuracy ? [accuracyCell(one, false)] : []),
          ...(hasFidelity ? [fidelityCell(one)] : []),
        ],
        one.status !== 'ok' ? 'quiet' : isInvalid(one) ? 'struck' : '',
      ),
    ),
    folds ? { folded: caption } : {},
  );
}

function numberCell(
  one: EngineCell['one'],
  path: string,
  value: number | null | undefined,
  text: (of: number) => string,
): Cell {
  if (isNumber(value)) return cell(text(value), { tone: 'number', sort: value });
  return one.status === 'ok'
    ? cell('–', { tone: 'number none', note: reasonAt(one, path) })
    : cell(one.status, { tone: 'number none', note: reasonAt(one, 'status') });
}

function timeCell(one: Case): Cell {
  return numberCell(one, 'latency.p50', (one.latency ?? one.serviceLatency)?.p50, formatSeconds);
}

function throughputCell(one: Case): Cell {
  return numberCell(one, 'throughput', one.throughput?.value, formatThroughput);
}

function memoryCell(one: Case): Cell {
  return numberCell(one, 'memory.peakRssBytes', one.memory.peakRssBytes, formatBytes);
}

function transportCell({ transport, status }: Case): Cell {
  if (transport === undefined) {
    const note = status === 'ok' ? 'The engine computes in the measured process.' : '';
    return cell(status === 'ok' ? 'none' : '–', { tone: 'number none', note });
  }
  const { mean, echo, inLatency } = transport;
  const note = `The same tensors there and back with nothing computed: ${formatSeconds(echo)}.`;
  return cell(`${formatSeconds(mean)}${inLatency ? ' (in the times)' : ''}`, { tone: 'number', sort: mean, note });
}

function deviceCell({ deviceTime, status }: Case): Cell {
  if (deviceTime === undefined) {
    const note = status === 'ok' ? 'This engine takes no events of a device.' : '';
    return cell('–', { tone: 'number none', note });
  }
  const { ratio, inside, device } = deviceTime;
  const note = `${formatSeconds(inside)} in the engine, ${formatSeconds(device)} on the device.`;
  return cell(ratio.toFixed(3), { tone: 'number', sort: ratio, note });
}

function fidelityCell(one: Case): Cell {
  return numberCell(one, 'fidelity', one.fidelity?.cosine, (cosine) => cosine.toFixed(6));
}
