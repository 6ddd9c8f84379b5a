/** How many times as fast the embedded engine is as others, from a finished run in which all of them took turns, such as one of suites/peers.yaml. */
import { isDeepStrictEqual } from 'node:util';
import { speedEffect } from '../dist/analysis/speed-effect.js';
import { toggleText } from '../dist/analysis/toggles.js';

/** The engine that is compared with the others. */
export const embedded = 'ort-cpu';

/** What it is to reach: at least so many times the speed of each of these, at every batch size. */
export const lines = [
  { name: 'PyTorch, eager', peers: ['pytorch-eager'], least: 1.5 },
  {
    name: 'PyTorch, the faster of channels last and torch.compile',
    peers: ['pytorch-channels-last', 'pytorch-compile'],
    least: 1.28,
  },
  { name: "Python's ONNX Runtime", peers: ['python-onnxruntime'], least: 0.97 },
];

/**
 * A row for each case of another engine that has one of the embedded engine to be compared with: the same in everything but the backend.
 * `effect` is the time of a query there over the time here, paired by round: above 1 the embedded engine is faster.
 */
export function peerRatios(run) {
  const own = run.cases.filter(({ axes }) => axes.backend === embedded);
  return run.cases.flatMap((peer) => {
    if (peer.axes.backend === embedded) return [];
    const here = own.find((one) => isDeepStrictEqual(settingsOf(one), settingsOf(peer)));
    if (here === undefined) return [];
    const effect = speedEffect(
      [
        { one: peer, weight: 1 },
        { one: here, weight: -1 },
      ],
      run,
    );
    return [{ here, peer, settings: settingsText(peer), effect }];
  });
}

/** All that a case is, but for the engine. */
function settingsOf({ workload, scenario, scope, profile, axes }) {
  const { backend: _backend, ...others } = axes;
  return { workload, scenario, scope, profile, ...others };
}

function settingsText(one) {
  const { threads, spinning } = one.axes;
  return `${toggleText(one)}, ${threads} thread${threads === 1 ? '' : 's'}, spinning ${spinning}`;
}

/**
 * Whether each line is reached by the rows of one model, for every batch size and every setting. Of several peers the fastest one counts, and all of them
 * have to be beaten: `reached` when the whole interval of each lies at the line or above, `missed` when the whole interval of one lies below,
 * and `open` where an interval holds the line or a peer has none.
 */
export function judgeLines(rows, workload = 'resnet50') {
  return [...grouped(rows, workload).values()].flatMap((group) =>
    lines.map((line) => {
      const { batchSize } = group[0].here.axes;
      const against = line.peers.map((name) => group.find(({ peer }) => peer.axes.backend === name) ?? null);
      const fastest = against.reduce(
        (best, row) => ((row?.effect.value ?? Infinity) < (best?.effect.value ?? Infinity) ? row : best),
        null,
      );
      return { line, batchSize, settings: group[0].settings, fastest, standing: standingOf(line, against) };
    }),
  );
}

function grouped(rows, workload) {
  const groups = new Map();
  for (const row of rows) {
    if (row.here.workload !== workload) continue;
    const known = groups.get(row.here.key);
    if (known === undefined) groups.set(row.here.key, [row]);
    else known.push(row);
  }
  return groups;
}

function standingOf({ least }, against) {
  const intervals = against.map((row) => row?.effect ?? { low: null, high: null });
  if (intervals.some(({ high }) => high !== null && high < least)) return 'missed';
  return intervals.every(({ low }) => low !== null && low >= least) ? 'reached' : 'open';
}

/** The rows and the lines as tables in Markdown, smaller batches first. Settings are a column where they are not all the same. */
export function peerTables(rows, judged) {
  const settings = [...new Set(rows.map((row) => row.settings))];
  const [column, cell] = settings.length === 1 ? [[], () => []] : [['settings'], (row) => [row.settings]];
  const bySize = (size) => (a, b) => size(a) - size(b);
  const table = rows.toSorted(bySize(({ here }) => here.axes.batchSize)).map((row) => {
    const { here, peer, effect } = row;
    const { workload, axes } = here;
    const cells = [workload, axes.batchSize, peer.axes.backend, medianText(here), medianText(peer), ratioText(effect)];
    return [...cells, effect.rounds, ...cell(row)];
  });
  const standing = judged.toSorted(bySize(({ batchSize }) => batchSize)).map((one) => {
    const { line, batchSize, fastest } = one;
    const ratio = fastest === null ? 'not measured' : ratioText(fastest.effect);
    const of = fastest?.peer.axes.backend ?? '–';
    return [line.name, batchSize, `≥ ${line.least}`, ratio, of, one.standing, ...cell(one)];
  });
  const titles = ['model', 'batch', 'against', embedded, 'there', 'times as fast [95 %]', 'rounds'];
  return [
    ...(settings.length === 1 ? [`All: ${settings[0]}.\n`] : []),
    markdown([...titles, ...column], table),
    markdown(['line', 'batch', 'needs', 'times as fast [95 %]', 'against', 'is', ...column], standing),
  ].join('\n');
}

/** `1.63 [1.58, 1.68]`; without an interval the ratio and why there is none. */
export function ratioText({ value, low, high, reason }) {
  if (value === null) return reason?.code ?? 'not known';
  if (low === null || high === null) return `${value.toFixed(3)} (${reason?.code ?? 'no interval'})`;
  return `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}

function medianText({ latency, status }) {
  const p50 = latency?.p50 ?? null;
  return p50 === null ? status : `${(1000 * p50).toPrecision(3)} ms`;
}

function markdown(titles, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return `${[line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}
