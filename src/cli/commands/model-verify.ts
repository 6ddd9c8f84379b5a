import type { Check, Verification } from '../../compress/verify-model.ts';
import { cacheFolder } from '../../kernel/cache-folder.ts';
import type { ExitCode } from '../../kernel/errors.ts';
import type { Registry } from '../../kernel/registry.ts';
import { formatPercent } from '../../units/format.ts';
import { WorkloadCache } from '../../workloads/cache.ts';
import type { Workload } from '../../workloads/workload.ts';
import { isModelFile, type ModelArgumentOptions, openModelArgument } from '../model-argument.ts';
import type { Streams } from '../streams.ts';
import { printable, type TextColumn, textTable } from '../text-table.ts';
import { type ModelOptions, registeredWorkloads } from './model.ts';

export interface ModelVerifyOptions extends ModelOptions, ModelArgumentOptions {
  readonly name: string;
  /** The model that it was made from. */
  readonly reference?: string;
}

const columns: readonly TextColumn<Check>[] = [
  { title: 'check', align: 'left', cell: ({ check }) => check },
  { title: 'holds', align: 'left', cell: ({ holds }) => (holds === null ? 'not told' : holds ? 'yes' : 'NO') },
  { title: 'finding', align: 'left', cell: ({ finding }) => finding },
];

/** `dyno model verify`: whether a model file is what it says. Exits with 2 where something does not hold. */
export async function modelVerifyCommand(
  options: ModelVerifyOptions,
  { stdout }: Streams,
  workloads?: Registry<Workload>,
): Promise<ExitCode> {
  const { name, reference } = options;
  const hub = workloads ?? (await registeredWorkloads(options));
  const path = isModelFile(name, hub)
    ? name
    : (await hub.get(name).prepare(new WorkloadCache(cacheFolder()))).model.path;
  const [{ verifyModel }, { ortCpu }] = await Promise.all([
    import('../../compress/verify-model.ts'),
    import('../../engine/backends/ort-cpu.ts'),
  ]);
  const from = reference === undefined ? null : (await openModelArgument(reference, options, hub)).workload;
  const verification = await verifyModel({ path, reference: from, backend: ortCpu });
  stdout.write(
    options.json === true ? `${JSON.stringify({ path, ...verification }, null, 2)}\n` : describe(verification),
  );
  return verification.checks.some(({ holds }) => holds === false) ? 2 : 0;
}

function describe({ manifest, checks }: Verification): string {
  return `${manifest === null ? '' : `${manifestLines(manifest)}\n`}${textTable(checks, columns)}`;
}

function manifestLines(manifest: NonNullable<Verification['manifest']>): string {
  const { tool, version, method, sourceSha256, calibrationData, accuracy, fidelity } = manifest;
  const lines: [string, string | null][] = [
    ['Made by', [tool, version].filter((part) => part !== null).join(' ') || 'an early version'],
    ['Method', method],
    ['Source', sourceSha256],
    ['Calibration', calibrationData],
    [
      'Accuracy',
      accuracy &&
        `${accuracy.metric} ${formatPercent(accuracy.value)} of ${accuracy.items} items; the source ${formatPercent(accuracy.source)}`,
    ],
    [
      'Fidelity',
      fidelity &&
        `cosine ${fidelity.cosine.toFixed(6)}${fidelity.sqnrDb === null ? '' : `, ${fidelity.sqnrDb.toFixed(1)} dB`} on ${fidelity.items} queries`,
    ],
  ];
  return lines.flatMap(([title, text]) => (text === null ? [] : `${title.padEnd(11)}  ${printable(text)}\n`)).join('');
}
