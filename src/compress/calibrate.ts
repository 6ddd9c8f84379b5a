import type { OnnxModel } from '../graph/onnx-message.ts';
import { DynoError, InputError } from '../kernel/errors.ts';
import type { Range } from './affine-quantization.ts';
import { ValueHistogram } from './value-histogram.ts';
import { type LoadForCalibration, type SampleRuns, watchValues } from './watch-values.ts';

export type { LoadForCalibration };

/** `min_max`: from the smallest to the largest value seen. `percentile`: the range that holds so many percent of all values seen. */
export type CalibrationMethod =
  | { readonly kind: 'min_max' }
  | { readonly kind: 'percentile'; readonly percent: number };

/** What a percentile means where nobody says otherwise, as in onnxruntime: one value in 100,000 is cut off. */
export const usualPercentile: CalibrationMethod = { kind: 'percentile', percent: 99.999 };

export interface CalibrationOptions extends SampleRuns {
  readonly method: CalibrationMethod;
}

/**
 * The ranges of float values inside of a model, from runs on sample data. Values stream by: of each, what is kept is its range and, for
 * percentiles, a histogram of 32 kB.
 * @throws InputError `CALIBRATION_EMPTY` without data, `CALIBRATION_NOT_FINITE` when a value is NaN or infinite.
 */
export async function calibrate(
  model: OnnxModel,
  values: readonly string[],
  load: LoadForCalibration,
  options: CalibrationOptions,
): Promise<Map<string, Range>> {
  const observers = new Map(values.map((name) => [name, new ValueObserver(name, options.method)]));
  await watchValues(model, values, load, options, (name, value) => observers.get(name)?.add(value?.data));
  return new Map([...observers].map(([name, observer]) => [name, observer.range()]));
}

/** Follows one value through all runs. */
class ValueObserver {
  readonly #name: string;
  /** null: the smallest and largest value will do. */
  readonly #histogram: ValueHistogram | null;
  readonly #percent: number;
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;

  constructor(name: string, method: CalibrationMethod) {
    this.#name = name;
    this.#histogram = method.kind === 'percentile' ? new ValueHistogram() : null;
    this.#percent = method.kind === 'percentile' ? method.percent : 100;
  }

  add(data: unknown): void {
    if (!(data instanceof Float32Array)) {
      throw new DynoError(
        'CALIBRATION_TYPE',
        `Expected 32-bit floats for "${this.#name}", got ${data?.constructor.name ?? 'nothing'}.`,
      );
    }
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let place = 0; place < data.length; place++) {
      const value = data[place] ?? 0;
      if (value < low) low = value;
      if (value > high) high = value;
      // NaN compares with nothing: it is looked for on its own.
      if (Number.isNaN(value)) throw this.#notFinite(value);
    }
    if (data.length === 0) return;
    if (low === Number.NEGATIVE_INFINITY) throw this.#notFinite(low);
    if (high === Number.POSITIVE_INFINITY) throw this.#notFinite(high);
    this.#low = Math.min(this.#low, low);
    this.#high = Math.max(this.#high, high);
    this.#histogram?.add(data, { low, high });
  }

  range(): Range {
    if (this.#low > this.#high) {
      throw new InputError(
        'CALIBRATION_EMPTY',
        `Expected data to calibrate with, but "${this.#name}" had no value in any run. Give at least one item; 100 to 500 are usual.`,
      );
    }
    return this.#histogram?.percentileRange(this.#percent) ?? { low: this.#low, high: this.#high };
  }

  #notFinite(value: number): InputError {
    return new InputError(
      'CALIBRATION_NOT_FINITE',
      `Expected finite values to calibrate with, but "${this.#name}" has ${value}. Check the data and their preprocessing, or leave the nodes around this value in floats.`,
    );
  }
}
