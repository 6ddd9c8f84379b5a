// What fusion, the memory layout and hygiene are worth, each by itself: 32-bit floats, one thread, taking turns in one process.
//
//   npm run build && node bench/fusion.mjs [--workload resnet50] [--exported resnet50-exported] [--batch-size 1] [--rounds 30]
import { parseArgs } from 'node:util';
import { medianText, openArm, ratioOf, ratioText, timeInTurns } from './in-turns.mjs';
import { backend, openWorkload, variantOf } from './variants.mjs';

const { values } = parseArgs({
  options: {
    workload: { type: 'string', default: 'resnet50' },
    exported: { type: 'string', default: 'resnet50-exported' },
    'batch-size': { type: 'string', default: '1' },
    rounds: { type: 'string', default: '30' },
  },
});
const batchSize = Number(values['batch-size']);
const rounds = Number(values.rounds);
const off = { precision: 'fp32', fusion: 'off' };
const plain = { precision: 'fp32', fusion: 'on', layout: 'plain' };
const engine = { precision: 'fp32', fusion: 'on', layout: 'engine' };

const opened = await openWorkload(values.workload);
const forBackend = await variantOf(opened, { fusion: true, domains: backend.operatorDomains });
const forEngine = await variantOf(opened, { fusion: true });
await compare(
  opened,
  [
    ['off', opened.workload, off],
    ['engine, plain layout', opened.workload, plain],
    ['engine', opened.workload, engine],
    ['graph', forBackend.workload, off],
    ['on', forEngine.workload, engine],
  ],
  [
    ['fusion on, layout included', 'off', 'on'],
    ['fusion of the engine alone', 'off', 'engine, plain layout'],
    ['layout alone', 'engine, plain layout', 'engine'],
    ["Dyno's fusion alone", 'off', 'graph'],
    ["Dyno's before the engine's", 'engine', 'on'],
  ],
);

const exported = await openWorkload(values.exported);
const clean = await variantOf(exported, { hygiene: 'on' });
await compare(
  exported,
  [
    ['as in the file', exported.workload, engine],
    ['hygiene', clean.workload, engine],
  ],
  [['hygiene, the engine fusing', 'as in the file', 'hygiene']],
);

async function compare({ workload, items }, settings, ratios) {
  const arms = [];
  for (const [name, variant, options] of settings) {
    arms.push(await openArm(name, variant, { backend, options, batchSize, items }));
  }
  const seconds = await timeInTurns(arms, rounds);
  for (const { session } of arms) await session.dispose();
  await items.close();
  console.log(`${workload.name}, ${batchSize} items a query, ${rounds} rounds, one thread`);
  for (const [name] of settings) console.log(`  ${name.padEnd(28)} ${medianText(seconds.get(name))}`);
  for (const [title, slow, fast] of ratios)
    console.log(`  ${title.padEnd(28)} ${ratioText(ratioOf(seconds, slow, fast))}`);
}
