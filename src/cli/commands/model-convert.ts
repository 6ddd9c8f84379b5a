import { type ExitCode, InputError } from '../../kernel/errors.ts';
import type { Registry } from '../../kernel/registry.ts';
import { formatNumber } from '../../units/format.ts';
import type { Workload } from '../../workloads/workload.ts';
import { changedModelText, decisionTable, printChanged } from '../changed-model-text.ts';
import { commaSeparated } from '../comma-separated.ts';
import { type ModelArgumentOptions, openChangedModel } from '../model-argument.ts';
import type { Streams } from '../streams.ts';
import { type ModelOptions, registeredWorkloads } from './model.ts';

export interface ModelConvertOptions extends ModelOptions, ModelArgumentOptions {
  readonly name: string;
  readonly precision: string;
  readonly out: string;
  readonly force?: boolean;
  /** Operators and names of nodes, separated by commas. */
  readonly keep?: string;
  /** False with `--no-check`. */
  readonly check: boolean;
}

/** `dyno model convert`: a model in 16-bit floats. */
export async function modelConvertCommand(
  options: ModelConvertOptions,
  streams: Streams,
  workloads?: Registry<Workload>,
): Promise<ExitCode> {
  const { name, precision, out, force = false } = options;
  const keep = options.keep === undefined ? [] : commaSeparated('--keep', options.keep);
  if (precision !== 'fp16' && precision !== 'bf16') throw unknownPrecision(precision);
  if (precision === 'bf16' && keep.length > 0) {
    throw new InputError(
      'OPTION_CONFLICT',
      '--keep: bf16 changes how weights are stored and no node computes otherwise. Leave it out, or take --precision fp16.',
    );
  }
  const hub = workloads ?? (await registeredWorkloads(options));
  const { source, workload } = await openChangedModel(name, options, hub, options.check);
  const [{ convertFile }, { ortCpu }] = await Promise.all([
    import('../../compress/convert-file.ts'),
    import('../../engine/backends/ort-cpu.ts'),
  ]);
  const target = { path: out, force };
  const changed = await convertFile({ source, workload, target, backend: ortCpu, precision, keep });
  const { report } = changed;
  return printChanged(options, streams, changed, report, () => {
    const { worstDecibels, counts, sampled } = report;
    const worst = worstDecibels === null ? '' : `The worst rounding leaves ${formatNumber(worstDecibels)} dB.\n`;
    const unseen = sampled || precision === 'bf16' ? '' : 'Numbers inside of the model were not looked at.\n';
    return `${decisionTable(counts)}\n${changedModelText(changed)}${worst}${unseen}`;
  });
}

function unknownPrecision(precision: string): InputError {
  const int8 = precision.startsWith('int8') ? ' For int8: dyno model quantize.' : '';
  return new InputError(
    'OPTION_INVALID',
    `--precision: expected fp16 or bf16, got ${JSON.stringify(precision)}.${int8}`,
  );
}
