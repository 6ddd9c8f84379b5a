import type { OnnxModel } from '../graph/onnx-message.ts';
import { tableRows } from '../graph/table-lookups.ts';
import { isSamplingRate } from './example-size.ts';
import type { GeneratedRange, PreparedInput } from './prepared-workload.ts';

/**
 * How each input of a model is filled when the user gives no data. The first rule that fits is taken:
 *
 * | input | values |
 * | --- | --- |
 * | used as index into a constant table (`input_ids` of an embedding; found in the graph) | whole numbers below its number of rows |
 * | `sr`, `sample_rate` … | 16000 |
 * | name with `mask` | 1 (nothing is masked) |
 * | name with `token_type` or `segment` | 0 |
 * | name with `length` or `_len`, integer | the first dimension behind the batch of the first other input |
 * | floats named `state`, `hidden`, `cache`, `past…`, `h`, `c` | 0, as at the start of a stream |
 * | bool | 0 or 1; a single one: 0 |
 * | 8-bit unsigned integers | 0 to 255, as pixels |
 * | other integers | 0 or 1 |
 * | floats | evenly between -1 and 1 |
 */
export function generatedRanges(inputs: readonly PreparedInput[], model: OnnxModel): Record<string, GeneratedRange> {
  const rows = tableRows(model);
  return Object.fromEntries(inputs.map((input) => [input.name, range(input, rows.get(input.name), inputs)]));
}

function range(input: PreparedInput, rows: number | undefined, inputs: readonly PreparedInput[]): GeneratedRange {
  const { name, type, itemShape } = input;
  const isInteger = /^u?int/.test(type);
  if (rows !== undefined) return { kind: 'integers', low: 0, high: rows - 1 };
  if (isSamplingRate(name)) return { kind: 'constant', value: 16_000 };
  if (/mask/i.test(name)) return { kind: 'constant', value: 1 };
  if (/token_?type|segment/i.test(name)) return { kind: 'constant', value: 0 };
  if (isInteger && /length|_lens?$/i.test(name)) return { kind: 'constant', value: lengthOfOther(input, inputs) };
  if (!isInteger && type !== 'bool' && (/state|hidden|cache|past|memory/i.test(name) || /^[hc]\d*$/i.test(name))) {
    return { kind: 'constant', value: 0 };
  }
  if (type === 'bool')
    return itemShape.length === 0 ? { kind: 'constant', value: 0 } : { kind: 'integers', low: 0, high: 1 };
  if (type === 'uint8') return { kind: 'integers', low: 0, high: 255 };
  if (isInteger) return { kind: 'integers', low: 0, high: 1 };
  return { kind: 'uniform', low: -1, high: 1 };
}

/** The size that a length is of: the first dimension behind the batch of the first other input that has one. */
function lengthOfOther(input: PreparedInput, inputs: readonly PreparedInput[]): number {
  const other = inputs.find(({ name, itemShape }) => name !== input.name && itemShape.length >= 2);
  return other?.itemShape[1] ?? 1;
}
