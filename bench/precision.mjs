// What a precision is worth: time, size, accuracy and agreement beside 32-bit floats, one thread, taking turns in one process; on request
// beside models that Python's onnxruntime.quantization made of the same files with the same calibration data.
//
//   npm run build && node bench/precision.mjs [--workload resnet50,digits] [--batch-size 1,8] [--precision int8] [--rounds 30]
//
// The peer, with a Python that has onnxruntime and onnx: `--export DIR` writes models and calibration data, `python bench/quantize.py DIR`
// quantises them, and with `--peer DIR` they have their turns on the same engine.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openCalibration } from '../dist/compress/calibration-feeds.js';
import { measureAccuracy } from '../dist/engine/proof/accuracy.js';
import { measureFidelity, referenceOptions } from '../dist/engine/proof/fidelity.js';
import { proveConfiguration } from '../dist/engine/proof/prove-configuration.js';
import { measureBoxRecall, measureCharacterAccuracy } from '../dist/engine/proof/text-accuracy.js';
import { cacheFolder } from '../dist/kernel/cache-folder.js';
import { findCalibration } from '../dist/workloads/find-calibration.js';
import { medianText, openArm, ratioOf, ratioText, timeInTurns } from './in-turns.mjs';
import { backend, hub, openWorkload, variantOf } from './variants.mjs';

const { values } = parseArgs({
  options: {
    workload: { type: 'string', default: 'resnet50,digits' },
    'batch-size': { type: 'string', default: '1,8' },
    precision: { type: 'string', default: 'int8' },
    rounds: { type: 'string', default: '30' },
    items: { type: 'string', default: '1000' },
    export: { type: 'string' },
    peer: { type: 'string' },
  },
});

const floats = { precision: 'fp32', fusion: 'on', layout: 'engine' };
/** Agreement shows in a few items. */
const fidelityItems = 16;

for (const name of values.workload.split(',')) {
  const opened = await openWorkload(name);
  try {
    if (values.export === undefined) await measure(opened);
    else await exportForPeer(opened, join(values.export, name));
  } finally {
    await opened.items.close();
  }
}

async function measure(opened) {
  const candidates = await candidatesOf(opened);
  for (const batchSize of values['batch-size'].split(',').map(Number)) {
    const arms = [];
    for (const { name, workload, options } of candidates) {
      arms.push(await openArm(name, workload, { backend, options, batchSize, items: opened.items }));
    }
    const seconds = await timeInTurns(arms, Number(values.rounds));
    for (const { session } of arms) await session.dispose();
    console.log(`${opened.workload.name}, ${batchSize} items a query, ${values.rounds} rounds, one thread`);
    for (const { name } of candidates) console.log(`  ${name.padEnd(14)} ${medianText(seconds.get(name))}`);
    for (const { name } of candidates.slice(1)) {
      console.log(`  fp32 / ${name.padEnd(7)} ${ratioText(ratioOf(seconds, 'fp32', name))}`);
    }
    if (seconds.has('peer')) console.log(`  int8 / peer    ${ratioText(ratioOf(seconds, 'int8', 'peer'))}`);
  }
  for (const candidate of candidates)
    console.log(`  ${candidate.name.padEnd(14)} ${await qualityText(opened, candidate)}`);
}

/** The file as it is, what became of it, and what the peer made of it. */
async function candidatesOf(opened) {
  const candidates = [{ name: 'fp32', workload: opened.workload, options: floats }];
  for (const precision of values.precision.split(',')) {
    const { workload } = await variantOf(opened, { precision });
    candidates.push({ name: precision, workload, options: { ...floats, precision } });
  }
  if (values.peer !== undefined) {
    const path = join(values.peer, opened.workload.name, 'int8.onnx');
    if (!existsSync(path)) throw new Error(`${path}: no such file. Write it with --export and bench/quantize.py.`);
    const model = { ...opened.workload.model, path, bytes: statSync(path).size };
    candidates.push({
      name: 'peer',
      workload: { ...opened.workload, model },
      options: { ...floats, precision: 'int8' },
    });
  }
  return candidates;
}

/** Size, how many products are in integers, accuracy where the workload has one, and agreement with the graph of the file in 32 bits. */
async function qualityText({ workload: source, items }, { workload, options }) {
  const arm = await openArm('', workload, { backend, options, batchSize: 1, items });
  const load = { spinning: 'off', threads: 1, dumpPath: null, profilePrefix: null, ...options };
  const reference = await openArm('', source, { backend, options: referenceOptions(load), batchSize: 1, items });
  const workFolder = mkdtempSync(join(tmpdir(), 'dyno-precision-'));
  try {
    const pair = { candidate: arm.pipeline, reference: reference.pipeline, batchSize: 1 };
    const fidelity = await measureFidelity(pair, items, fidelityItems);
    const { effective } = await proveConfiguration({
      backend,
      modelPath: workload.model.path,
      options: load,
      workFolder,
      feeds: arm.query.feeds,
    });
    return [
      `${(workload.model.bytes / 1e6).toFixed(2)} MB`,
      `computed in ${effective.computePrecision?.value}`,
      ...(effective.integerOperators === undefined ? [] : [`${effective.integerOperators.value} products in integers`]),
      await accuracyText(workload, arm, items),
      `cosine ${fidelity?.cosine.toFixed(6)}, ${fidelity?.sqnrDb?.toFixed(1) ?? '–'} dB`,
    ].join('; ');
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
    await arm.session.dispose();
    await reference.session.dispose();
  }
}

async function accuracyText(workload, { session, pipeline }, items) {
  const { inputs, preprocess, postprocess, metric } = workload;
  const limit = Number(values.items);
  const text = ({ value, correct, items: count }) =>
    `${metric.kind} ${(100 * value).toFixed(2)} % (${correct} right, ${count} items)`;
  switch (metric.kind) {
    case null:
      return `no accuracy (${metric.code})`;
    case 'character_accuracy':
      return text(await measureCharacterAccuracy(pipeline, 1, items, limit));
    case 'box_recall':
      return text(await measureBoxRecall(pipeline, 1, items, limit));
    default: {
      const options = { session, batchSize: 1, inputs, preprocess, postprocess };
      return text(await measureAccuracy(options, items, { metric: metric.kind, limit }));
    }
  }
}

/** The file and what it is calibrated with, one item after the other as 32-bit floats. */
async function exportForPeer({ request, workload }, folder) {
  const calibration = await findCalibration(request, workload, hub, cacheFolder());
  const opened = await openCalibration(workload, calibration, backend);
  try {
    mkdirSync(folder, { recursive: true });
    copyFileSync(workload.model.path, join(folder, 'model.onnx'));
    const shapes = [];
    for await (const feeds of (await opened.of(null))()) {
      const [[input, { type, dims, data }], ...more] = Object.entries(feeds);
      if (more.length > 0 || type !== 'float32') throw new Error(`${workload.name}: expected one input of floats.`);
      writeFileSync(join(folder, `${shapes.length}.f32`), data);
      shapes.push({ input, dims });
    }
    writeFileSync(join(folder, 'calibration.json'), JSON.stringify(shapes));
    console.log(`${folder}: model.onnx and ${shapes.length} inputs (${calibration.what})`);
  } finally {
    await opened.close();
  }
}
