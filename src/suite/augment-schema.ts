import * as z from 'zod';
import { catalogue, type OperatorName, operatorNames } from '../engine/augment/catalogue.ts';
import { type Given, type Parameter, problemOf, type Specification } from '../engine/augment/specification.ts';
import type { AugmentSettings, AugmentStep } from '../engine/settings.ts';
import type { Problem } from '../kernel/schema-problems.ts';
import type { Path } from '../kernel/value-path.ts';

/** Made from the catalogue of operators: every operator with every parameter, so that editors complete and check them, too. */
const operator = z.strictObject(
  Object.fromEntries(operatorNames.map((name) => [name, operatorSchema(catalogue[name]).optional()])),
);

const operatorName = z.enum(operatorNames as [OperatorName, ...OperatorName[]]);

/** `preprocess.augment` as it stands in a suite. */
export const augment = z.strictObject({
  seed: z.int().min(0).max(4_294_967_295).optional().meta({ description: 'Of what is drawn. Default: 0.' }),
  operators: z
    .array(z.union([operatorName, operator]))
    .min(1)
    .meta({ description: 'Applied in this order: the name of an operator, or a map of one name to its parameters.' }),
});

export type AugmentFile = z.infer<typeof augment>;

function operatorSchema({ description, parameters }: Specification) {
  const byName = Object.entries(parameters).map(([name, parameter]) => [name, parameterSchema(parameter).optional()]);
  const probability = z.number().min(0).max(1).optional();
  return z
    .strictObject({
      probability: probability.meta({ description: 'Share of the items that it is applied to. Default: 1.' }),
      ...(Object.fromEntries(byName) as Record<string, z.ZodOptional<ReturnType<typeof parameterSchema>>>),
    })
    .meta({ description });
}

function parameterSchema(parameter: Parameter): z.ZodType<Given> {
  const byDefault = JSON.stringify(parameter.default);
  const description = `${parameter.description} Default: ${byDefault}.`;
  if (parameter.kind === 'word') {
    const one = z.enum(parameter.words as [string, ...string[]]);
    return z.union([one, z.array(one).min(1)]).meta({ description });
  }
  const { low, high, whole } = parameter;
  const one = (whole ? z.int() : z.number()).min(low).max(high);
  return z.union([one, z.tuple([one, one])]).meta({ description });
}

/** What the schema cannot say: one operator an entry, and the lower end of a range first. */
export function augmentProblems({ operators }: AugmentFile, at: Path): Problem[] {
  return operators.flatMap((entry, index) => {
    if (typeof entry === 'string') return [];
    const path: Path = [...at, 'operators', index];
    const given = Object.entries(entry);
    if (given.length !== 1) {
      const came = given.length === 0 ? 'none' : given.map(([name]) => name).join(', ');
      const message = `expected one operator an entry, got ${came}; give each an entry of its own, so that their order is told`;
      return [{ path, part: 'value' as const, message }];
    }
    return given.flatMap(([name, values]) => rangeProblems(name, values ?? {}, [...path, name]));
  });
}

function rangeProblems(name: string, values: Readonly<Record<string, unknown>>, at: Path): Problem[] {
  const { parameters }: Specification = catalogue[name as OperatorName];
  return Object.entries(values).flatMap(([key, value]) => {
    const parameter = parameters[key];
    const message = parameter === undefined ? null : problemOf(parameter, value);
    return message === null ? [] : [{ path: [...at, key], part: 'value' as const, message }];
  });
}

/** Augmentation with everything filled in. */
export function settleAugment({ seed, operators }: AugmentFile): AugmentSettings {
  return {
    seed: seed ?? 0,
    operators: operators.map((entry) => {
      if (typeof entry === 'string') return settleStep(entry, {});
      const [[name, given] = ['', undefined]] = Object.entries(entry);
      return settleStep(name as OperatorName, given ?? {});
    }),
  };
}

function settleStep(
  operator: OperatorName,
  given: { readonly probability?: number | undefined } & Readonly<Record<string, unknown>>,
): AugmentStep {
  const { parameters }: Specification = catalogue[operator];
  const { probability = 1 } = given;
  const values = Object.entries(parameters).map(([name, parameter]) => [name, given[name] ?? parameter.default]);
  return { operator, probability, parameters: Object.fromEntries(values) };
}
