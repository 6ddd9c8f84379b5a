import * as z from 'zod';
import { problemOf } from '../engine/augment/specification.ts';
import { timedOperatorNames, timedOperators } from '../engine/operators/timed-operators.ts';
import type { Problem } from '../kernel/schema-problems.ts';
import type { Path } from '../kernel/value-path.ts';
import type { OperatorWorkload } from './plan.ts';

const pixels = z.int().min(16).max(8192);
const given = z.union([z.number(), z.string(), z.tuple([z.number(), z.number()]), z.array(z.string()).min(1)]);

/** A single operator of preprocessing in the place of a model. */
export const operatorModel = z.strictObject({
  operator: z.enum(timedOperatorNames as [string, ...string[]]).meta({
    description: 'decode_… by format, resize_… by kernel, tensor_… by form, or an operator of augmentation.',
  }),
  parameters: z
    .record(z.string(), given)
    .optional()
    .meta({ description: 'As the operator has them in preprocess.augment.' }),
  image: z
    .strictObject({ width: pixels, height: pixels })
    .optional()
    .meta({ description: 'Size of the picture that it works on. Default: 500 × 375.' }),
});

export type OperatorFile = z.infer<typeof operatorModel>;

/** What the schema cannot say: which parameters the operator has, and what they take. */
export function operatorProblems({ operator, parameters = {} }: OperatorFile, at: Path): Problem[] {
  const known = timedOperators.get(operator)?.parameters ?? {};
  return Object.entries(parameters).flatMap(([name, value]): Problem[] => {
    const parameter = known[name];
    const path: Path = [...at, 'parameters', name];
    if (parameter === undefined) {
      const names = Object.keys(known).join(', ') || 'none';
      return [{ path, part: 'key', message: `expected a parameter of ${operator}, got "${name}". Known: ${names}` }];
    }
    const message = problemOf(parameter, value);
    return message === null ? [] : [{ path, part: 'value', message }];
  });
}

/** The operator with everything filled in. */
export function settleOperator({ operator, parameters = {}, image }: OperatorFile): OperatorWorkload {
  const known = Object.entries(timedOperators.get(operator)?.parameters ?? {});
  return {
    operator,
    parameters: Object.fromEntries(known.map(([name, parameter]) => [name, parameters[name] ?? parameter.default])),
    image: image ?? { width: 500, height: 375 },
  };
}
