import { InputError } from '../../kernel/errors.ts';
import { nearest } from '../../kernel/nearest.ts';
import { type Generator, generator, integer, uniform } from '../../stats/random.ts';
import type { Picture } from '../preprocess/picture.ts';
import type { AugmentSettings, AugmentStep } from '../settings.ts';
import { catalogue, type OperatorName, operatorNames } from './catalogue.ts';
import { implementations } from './implementations.ts';
import { type Given, type Parameter, problemOf, type Specification } from './specification.ts';

/** Gets another picture of the data, scaled as the given one: `share` of the way through all items, 0 ≤ share < 1. */
export type OtherPicture = (share: number) => Promise<Picture>;

/** Changes pictures at random, the same picture of the same item always alike. */
export interface Augmenter {
  /** Whether an operator mixes in other pictures, so that `apply` needs `other`. */
  readonly needsOthers: boolean;
  /**
   * Applies the operators one after the other, each with its probability. What is drawn depends on the seed, the item's index and the
   * operator's place in the list alone: not on what was augmented before, nor on what another operator drew. `picture` stays as it is.
   */
  apply(picture: Picture, item: number, other: OtherPicture | null): Promise<Picture>;
}

/** @throws InputError `AUGMENT_INVALID` naming the operator and the parameter. */
export function createAugmenter({ seed, operators }: AugmentSettings): Augmenter {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw invalid('seed', `expected a whole number from 0 to 4294967295, got ${seed}`);
  }
  const steps = operators.map(readyStep);
  return {
    needsOthers: steps.some(({ others }) => others > 0),
    async apply(picture, item, other) {
      let augmented = picture;
      for (const [place, step] of steps.entries()) {
        const random = generator(mixed(seed, item, place));
        if (uniform(random) >= step.probability) continue;
        const others: Picture[] = [];
        while (others.length < step.others) {
          if (other === null) throw invalid(step.operator, 'expected other pictures to mix in, got none');
          others.push(await other(uniform(random)));
        }
        augmented = step.run(augmented, random, others);
      }
      return augmented;
    },
  };
}

/** One operator with its parameters, ready to be run again and again. */
export interface ReadyStep {
  readonly operator: OperatorName;
  readonly probability: number;
  /** How many other pictures it takes. */
  readonly others: number;
  /** Draws the parameters from `random` and applies the operator, whatever its probability. */
  run(picture: Picture, random: Generator, others: readonly Picture[]): Picture;
}

/**
 * Checks one operator of some settings.
 * @throws InputError `AUGMENT_INVALID`.
 */
export function readyStep({ operator, probability, parameters }: AugmentStep): ReadyStep {
  if (!isOperator(operator)) {
    const near = nearest(operator, operatorNames);
    const hint = near === null ? '' : ` Did you mean "${near}"?`;
    throw invalid(operator, `expected a known operator.${hint} Known: ${operatorNames.join(', ')}`);
  }
  if (!(probability >= 0 && probability <= 1)) {
    throw invalid(`${operator} probability`, `expected a number from 0 to 1, got ${probability}`);
  }
  const specification: Specification = catalogue[operator];
  const known = Object.entries(specification.parameters);
  for (const name of Object.keys(parameters)) {
    if (name in specification.parameters) continue;
    const names = known.map(([one]) => one).join(', ') || 'none';
    throw invalid(`${operator} ${name}`, `expected a known parameter of it. Known: ${names}`);
  }
  const given = known.map(([name, parameter]) => {
    const value = parameters[name] ?? parameter.default;
    const problem = problemOf(parameter, value);
    if (problem !== null) throw invalid(`${operator} ${name}`, problem);
    return [name, parameter, value] as const;
  });
  // The types of each operator's parameters were checked where it is defined, and their values just now.
  const implementation = implementations[operator] as (
    picture: Picture,
    values: Readonly<Record<string, number | string>>,
    random: Generator,
    others: readonly Picture[],
  ) => Picture;
  return {
    operator,
    probability,
    others: specification.others ?? 0,
    run: (picture, random, others) => {
      const values = given.map(([name, parameter, value]) => [name, drawn(parameter, value, random)] as const);
      return implementation(picture, Object.fromEntries(values), random, others);
    },
  };
}

/** A value of a parameter: as given, or drawn from what was given. What is given as one value draws nothing. */
function drawn(parameter: Parameter, given: Given, random: Generator): number | string {
  if (typeof given === 'number' || typeof given === 'string') return given;
  if (parameter.kind === 'word') return given[integer(random, given.length)] ?? '';
  const [low, high] = given as readonly [number, number];
  return parameter.whole ? low + integer(random, high - low + 1) : low + uniform(random) * (high - low);
}

/** 32 bits that depend on all three numbers (the finalizer of MurmurHash3, after each). */
function mixed(seed: number, item: number, place: number): number {
  let state = 0;
  for (const value of [seed, item, place]) {
    state = (state + value + 0x9e3779b9) | 0;
    state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
    state ^= state >>> 16;
  }
  return state >>> 0;
}

function isOperator(name: string): name is OperatorName {
  return Object.hasOwn(catalogue, name);
}

function invalid(where: string, message: string): InputError {
  return new InputError('AUGMENT_INVALID', `augment ${where}: ${message}.`);
}
