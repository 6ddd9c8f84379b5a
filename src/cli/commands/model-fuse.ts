import type { PassEffect } from '../../compress/fuse-model.ts';
import type { AnswerComparison } from '../../compress/model-answers.ts';
import { DynoError, type ExitCode } from '../../kernel/errors.ts';
import type { Registry } from '../../kernel/registry.ts';
import { formatCount } from '../../units/format.ts';
import type { Workload } from '../../workloads/workload.ts';
import { changedModelText, differenceText, printChanged } from '../changed-model-text.ts';
import { commaSeparated } from '../comma-separated.ts';
import { type ModelArgumentOptions, openChangedModel } from '../model-argument.ts';
import type { Streams } from '../streams.ts';
import { type TextColumn, textTable } from '../text-table.ts';
import { type ModelOptions, registeredWorkloads } from './model.ts';

export interface ModelFuseOptions extends ModelOptions, ModelArgumentOptions {
  readonly name: string;
  readonly out: string;
  readonly force?: boolean;
  readonly standardOperators?: boolean;
  /** Names of passes, separated by commas. */
  readonly passes?: string;
  /** False with `--no-check`. */
  readonly check: boolean;
}

/** Of the largest number of an output: what adding in another order makes of 32-bit floats in deep networks is a hundredth of it. */
const tolerance = 1e-4;

const columns: readonly TextColumn<PassEffect>[] = [
  { title: 'pass', align: 'left', cell: ({ name }) => name },
  { title: 'changes', align: 'right', cell: ({ changes }) => formatCount(changes) },
  { title: 'nodes', align: 'right', cell: ({ nodesRemoved }) => formatCount(-nodesRemoved) },
  { title: 'what it does', align: 'left', cell: ({ description }) => description },
];

/** `dyno model fuse`: runs the passes over a model, checks that its answers stay, and writes it. */
export async function modelFuseCommand(
  options: ModelFuseOptions,
  streams: Streams,
  workloads?: Registry<Workload>,
): Promise<ExitCode> {
  const { name, out, force = false } = options;
  const hub = workloads ?? (await registeredWorkloads(options));
  const { source, workload } = await openChangedModel(name, options, hub, options.check);
  const [{ changeModel }, { fuseModel }, { evaluateOn }, { ortCpu }] = await Promise.all([
    import('../../compress/change-model.ts'),
    import('../../compress/fuse-model.ts'),
    import('../../compress/evaluate-on.ts'),
    import('../../engine/backends/ort-cpu.ts'),
  ]);
  const passes = options.passes === undefined ? null : commaSeparated('--passes', options.passes);
  const contrib = options.standardOperators !== true;
  const changed = await changeModel({
    source,
    workload,
    target: { path: out, force },
    backend: ortCpu,
    optimization: 'none',
    inlinesData: false,
    accept: requireEqual,
    async change(model, folder) {
      const report = await fuseModel(model, { contrib, passes, folder, evaluate: evaluateOn(ortCpu) });
      const ran = report.passes.filter(({ changes }) => changes > 0).map((pass) => pass.name);
      return { method: `passes: ${ran.join(', ') || 'none changed anything'}`, calibrationSha256: null, report };
    },
  });
  const { report } = changed;
  const { passes: table, rounds, isSettled, changes } = report;
  return printChanged(options, streams, changed, { passes: table, rounds, isSettled, tolerance, changes }, () => {
    const unsettled = isSettled
      ? ''
      : `\nAfter ${rounds} rounds the passes still found something: run them again on the new file.`;
    return `${textTable(table, columns)}\n${changedModelText(changed)}${unsettled}`;
  });
}

function requireEqual(comparison: AnswerComparison): void {
  if (comparison.relativeDifference <= tolerance) return;
  throw new DynoError(
    'NOT_EQUIVALENT',
    `Expected answers as before, at most ${tolerance} of the largest number of each output apart, got ${differenceText(comparison)}. Nothing was written. This is a fault of Dyno's: please report it with the operators of the model; --passes leaves passes out, --no-check writes the file all the same.`,
    { exitCode: 2 },
  );
}
