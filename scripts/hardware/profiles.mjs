// The facts about one device as a hardware profile.
import { adaptationOf } from './adaptation.mjs';
import { aliases, families, gpuNames } from './devices.mjs';
import { unitOf } from './facts.mjs';

/** The content of a profile file, in the order of its keys. */
export function profileOf(device, readOn) {
  const { id, name, vendor, architecture, kind, fields, notes } = device;
  const figure = (key) => (fields[key] === undefined ? undefined : figureOf(key, fields[key], device, readOn));
  const family = Object.entries(families).find(([, members]) => members.includes(id));
  return {
    id,
    name,
    vendor,
    architecture,
    kind,
    family: family?.[0],
    aliases: aliasesOf(device, family),
    note: notes === null || notes.startsWith('extra:') ? remark(notes) : notes,
    cores: coresOf(device),
    recognise: recognition(device),
    peak_operations_per_second: {
      fp32: figure('fp32_tflops'),
      tf32: figure('tf32_tflops'),
      fp16: figure('fp16_tflops'),
      bf16: figure('bf16_tflops'),
      int8: figure('int8_tops'),
      fp8: figure('fp8_tflops'),
      fp4: figure('fp4_tflops'),
    },
    memory: { capacity_bytes: figure('memory_gb'), bandwidth_bytes_per_second: figure('bandwidth_gbs') },
    interconnect_bytes_per_second: figure('interconnect_gbs'),
    power_watts: { design: figure('tdp_w'), idle: figure('idle_w'), all_in: figure('all_in_kw') },
    adaptation: adaptationOf(device),
  };
}

function aliasesOf({ id }, family) {
  const short = id.replace(/^(nvidia|amd|intel|aws|rockchip|cambricon)-/, '').replace(/^jetson-/, '');
  const model = /^xeon-(?:platinum|gold|silver)-(.+)$/.exec(short)?.[1] ?? /^epyc-(.+)$/.exec(short)?.[1];
  const names = [
    ...(family !== undefined && families[family[0]][0] === id ? [family[0]] : []),
    ...(short === id ? [] : [short]),
    ...(model === undefined ? [] : [short.startsWith('xeon') ? `xeon-${model}` : model]),
    ...(aliases[id] ?? []),
  ];
  return names.length === 0 ? undefined : [...new Set(names)];
}

/** "extra: validation only" says what the one who collected the facts had in mind; what stands behind it may matter. */
function remark(notes) {
  const rest = notes?.replace(/^extra: validation only\.?\s*/, '') ?? '';
  return rest === '' ? undefined : rest;
}

/** `64` of "AMD EPYC 7763 (64c 2.45GHz)". */
function coresOf({ name }) {
  const cores = /\((\d+)c /.exec(name)?.[1];
  return cores === undefined ? undefined : Number(cores);
}

function recognition({ id, kind, name }) {
  if (gpuNames[id] !== undefined) return { gpu: gpuNames[id] };
  if (kind !== 'cpu') return undefined;
  // "Intel Xeon Platinum 8380 (40c 2.3GHz)": the words before the cores and the clock, the maker left out.
  const words = name.replace(/\s*\(.*$/, '').replace(/^(Intel|AMD|AWS|HiSilicon) /, '');
  return { processor: [words] };
}

/** One figure in base units with its source, its date and how far it can be trusted. */
function figureOf(key, { value, source, note }, device, readOn) {
  const confidence = confidenceOf(key, source, note, device);
  return {
    value: value === null ? null : Number((value * unitOf(key)).toPrecision(12)),
    source: sourceText(source),
    date: source === 'unverified-memory' ? undefined : readOn,
    confidence,
    note: note ?? (value === null ? 'not supported or not published; the source does not say which' : undefined),
  };
}

function confidenceOf(key, source, note, device) {
  // AMX: its cycle rates were looked up, those of the other instructions were not.
  const amx = /AMX/.test(device.architecture) && ['bf16_tflops', 'int8_tops'].includes(key);
  if (source.startsWith('derived:') && amx) return 'estimate';
  if (source.includes('unverified-memory')) return 'unverified';
  const computed = source.startsWith('derived:') || computedNote.test(note ?? '');
  // The power figures of Cloud Carbon Footprint are averages over families of devices, its own estimates.
  const ofFamily = source.startsWith('cloud-carbon-footprint/');
  return computed || ofFamily ? 'estimate' : 'sourced';
}

/** Notes by which a figure does not stand in its source as it is: half of the sparse one, a share of a board, the middle of a span. */
const computedNote = /\bestimate|\bassumed|\/ ?[248]\b|\d cores x \d|^\d+-\d+ W$/;

/** The source without the words of the one who collected the facts. */
export function sourceText(source) {
  if (source === 'unverified-memory') return 'from memory, no document was read';
  if (source.startsWith('https://claude.ai/'))
    return "a user's guide on the web: $200-450 each; its address is not known in full";
  return source
    .replaceAll('unverified-memory', 'from memory')
    .replace(/ ?\((?:search corpus pages|pages corpus|docs corpus)\)/, '')
    .replace(/ ?\(commit undated in index\)/, ' (undated)')
    .replace('commit undated in index', 'undated')
    .trim();
}
