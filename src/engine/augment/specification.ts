/** A parameter that is a number: one value, or drawn from `[low, high]` with every value in between as likely. */
export interface NumberParameter {
  readonly kind: 'number';
  /** What is accepted. */
  readonly low: number;
  readonly high: number;
  /** Whether only whole numbers are accepted and drawn. */
  readonly whole: boolean;
  readonly default: number | readonly [number, number];
  readonly description: string;
}

/** A parameter that is one of some words: one of them, or drawn from a list of them. */
export interface WordParameter<Word extends string = string> {
  readonly kind: 'word';
  readonly words: readonly Word[];
  readonly default: Word | readonly Word[];
  readonly description: string;
}

export type Parameter = NumberParameter | WordParameter;

export type Family = 'geometric' | 'colour' | 'noise' | 'blur' | 'erasing' | 'mix';

/** What is known of an operator without its code: what a suite is checked against and the documentation lists. */
export interface Specification {
  readonly family: Family;
  readonly description: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** How many other pictures it takes. */
  readonly others?: number;
}

/** A parameter that takes any number between two. */
export function number(
  low: number,
  high: number,
  byDefault: NumberParameter['default'],
  description: string,
): NumberParameter {
  return { kind: 'number', low, high, whole: false, default: byDefault, description };
}

/** A parameter that takes whole numbers. */
export function whole(
  low: number,
  high: number,
  byDefault: NumberParameter['default'],
  description: string,
): NumberParameter {
  return { kind: 'number', low, high, whole: true, default: byDefault, description };
}

/** A parameter that takes one of `words`, the first one where the default does not say otherwise. */
export function word<const Word extends string>(
  words: readonly [Word, ...Word[]],
  description: string,
  byDefault: Word | readonly Word[] = words[0],
): WordParameter<Word> {
  return { kind: 'word', words, default: byDefault, description };
}

/** The parameters of an operator once they are drawn. */
export type Drawn<S extends Specification> = {
  readonly [Name in keyof S['parameters']]: S['parameters'][Name] extends WordParameter<infer Word> ? Word : number;
};

/** What a suite may give a parameter: a value, or what it is drawn from (two numbers, or a list of words). */
export type Given = number | string | readonly [number, number] | readonly string[];

/** What is wrong with what a parameter was given, as "expected …, got …"; null: nothing. */
export function problemOf(parameter: Parameter, given: unknown): string | null {
  const came = JSON.stringify(given) ?? 'nothing';
  if (parameter.kind === 'word') {
    const words = Array.isArray(given) ? given : [given];
    const known: readonly unknown[] = parameter.words;
    if (words.length > 0 && words.every((one) => known.includes(one))) return null;
    return `expected one of ${parameter.words.join(', ')}, or a list of them to draw from, got ${came}`;
  }
  const { low, high } = parameter;
  const fits = (one: unknown): one is number =>
    typeof one === 'number' && one >= low && one <= high && (!parameter.whole || Number.isInteger(one));
  if (fits(given)) return null;
  if (!Array.isArray(given) || given.length !== 2 || !given.every(fits)) {
    const what = parameter.whole ? 'a whole number' : 'a number';
    return `expected ${what} from ${low} to ${high}, or [low, high] to draw from, got ${came}`;
  }
  const [first, second] = given as [number, number];
  return first <= second ? null : `expected [low, high] with the lower number first, got ${came}`;
}
