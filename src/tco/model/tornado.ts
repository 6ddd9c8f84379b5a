import type { CostModel } from './bound-study.ts';

/** The span of an input, its other figures at their base. */
export interface InputSpan {
  readonly name: string;
  readonly low: number;
  readonly base: number;
  readonly high: number;
}

/** What one input alone does. */
export interface TornadoBar extends InputSpan {
  readonly atLow: number;
  readonly atHigh: number;
  /** |atHigh − atLow|. */
  readonly swing: number;
}

export interface Tornado {
  readonly atBase: number;
  /** The widest first. */
  readonly bars: readonly TornadoBar[];
}

/**
 * Sensitivity one input at a time: each goes to its low and to its high end while the others stay at their base. `output` makes one number of
 * the costs of the options, in their order. The spans are in the order of the model's inputs.
 */
export function tornado(
  model: CostModel,
  spans: readonly InputSpan[],
  output: (costs: Float64Array) => number,
): Tornado {
  if (spans.length !== model.inputs.length || spans.some(({ name }, index) => name !== model.inputs[index])) {
    throw new RangeError(
      `Expected spans of ${model.inputs.join(', ')}, got ${spans.map(({ name }) => name).join(', ')}.`,
    );
  }
  const base = spans.map((span) => span.base);
  const costs = new Float64Array(model.options.length * model.measures.length);
  const outputWith = (index: number, value: number): number => {
    model.evaluate(base.with(index, value), costs);
    return output(costs);
  };
  const bars = spans.map((span, index): TornadoBar => {
    const { name, low, high } = span;
    if (!(low <= span.base && span.base <= high)) {
      throw new RangeError(`Expected low <= base <= high of ${name}, got ${low}, ${span.base}, ${high}.`);
    }
    const atLow = outputWith(index, low);
    const atHigh = outputWith(index, high);
    return { ...span, atLow, atHigh, swing: Math.abs(atHigh - atLow) };
  });
  model.evaluate(base, costs);
  return { atBase: output(costs), bars: bars.sort((one, other) => other.swing - one.swing) };
}
