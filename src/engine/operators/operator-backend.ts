import { DynoError, InputError } from '../../kernel/errors.ts';
import { packageVersion } from '../../kernel/package-root.ts';
import { processorName } from '../../kernel/processor-name.ts';
import type { Backend, LoadOptions, Probe, Session, Tensor, TensorData, Tensors } from '../backends/backend.ts';
import type { EffectiveField } from '../effective.ts';
import { createOperator, type OperatorOutput, type RunOperator } from './create-operator.ts';
import { readOperatorFile } from './operator-file.ts';

/**
 * Runs a single operator of preprocessing where other backends run a model, so that it is planned, isolated, measured and reported as a
 * model is. Its "model" is an `OperatorFile`; the input `item` is the seed of what the operator draws.
 */
export const operatorBackend: Backend = {
  name: 'operators',
  stack: 'dyno',
  usesGraph: false,

  async probe(): Promise<Probe> {
    return {
      available: true,
      device: processorName(),
      version: packageVersion(),
      precisions: { fp32: 'native' },
    };
  },

  async load(path: string, options: LoadOptions): Promise<Session> {
    refuseUnsupported(options);
    return new OperatorSession(createOperator(readOperatorFile(path)));
  },
};

/** An axis that would say nothing of an operator would only give its figures several names. */
function refuseUnsupported({ precision, threads, fusion, spinning, optimization }: LoadOptions): void {
  const refuse = (axis: string, came: string | number, use: string | number): never => {
    throw new InputError(
      'AXIS_UNSUPPORTED',
      `The backend operators: expected ${axis} ${use}, got ${came}; it runs one operator and has no such setting. Set it in the matrix.`,
    );
  };
  if (precision !== 'fp32') refuse('precision', precision, 'fp32');
  if (threads !== 1) refuse('threads', threads, 1);
  if (spinning !== 'off') refuse('spinning', spinning, 'off');
  // The reference of a proof is asked for without fusion; a case is not.
  if (fusion !== 'on' && optimization !== 'none') refuse('fusion', 'off or graph', 'on');
}

class OperatorSession implements Session {
  readonly inputs = [{ name: 'item', type: 'int32', shape: [1] }];
  readonly outputs = [{ name: 'values', type: 'uint8', shape: [null, null, null] }];
  readonly #run: RunOperator;

  constructor(run: RunOperator) {
    this.#run = run;
  }

  tensor(type: string, dims: readonly number[], data: TensorData): Tensor {
    const elements = dims.reduce((product, side) => product * side, 1);
    if (elements !== data.length) throw new RangeError(`Expected ${elements} elements, got ${data.length}.`);
    return { type, dims, data };
  }

  async run(feeds: Tensors): Promise<Tensors> {
    return tensors(await this.#run(itemOf(feeds)));
  }

  bareCall(feeds: Tensors): () => Promise<unknown> {
    const item = itemOf(feeds);
    return async () => this.#run(item);
  }

  effective(): Readonly<Record<string, EffectiveField>> {
    return { backend: { value: 'operators', evidence: 'session metadata' } };
  }

  /** An operator has no operators. */
  async profile(): Promise<null> {
    return null;
  }

  async dispose(): Promise<void> {}
}

function tensors(values: OperatorOutput): Tensors {
  return { values };
}

function itemOf({ item }: Tensors): number {
  const value = item?.data[0];
  if (typeof value !== 'number') throw new DynoError('INPUT_MISMATCH', 'Expected the input "item" with one number.');
  return value;
}
