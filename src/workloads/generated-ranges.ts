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
 * | floats named `…state`, `hidden`, `cache`, `past_…`, `memory`, `h`, `c` beside an input that varies, but for `…hidden_state(s)` | 0, as at the start of a stream |
 * | bool | 0 or 1; a single one: 0 |
 * | 8-bit unsigned integers | 0 to 255, as pixels |
 * | other integers | 0 or 1 |
 * | floats | evenly between -1 and 1 |
 *
 * A model whose inputs would all stay the same is fed floats between -1 and 1, whatever their names: every query would be the same one.
 */
export function generatedRanges(inputs: readonly PreparedInput[], model: OnnxModel): Record<string, GeneratedRange> {
  const rows = tableRows(model);
  const ranges = inputs.map((input) => ({ input, range: range(input, rows.get(input.name), inputs) }));
  const somethingVaries = ranges.some(({ range }) => !isConstant(range));
  return Object.fromEntries(
    ranges.map(({ input, range }) => {
      const stays = somethingVaries || !isFloat(input) || isSamplingRate(input.name);
      return [input.name, stays ? range : evenly];
    }),
  );
}

const evenly: GeneratedRange = { kind: 'uniform', low: -1, high: 1 };

function isConstant(range: GeneratedRange): boolean {
  return range.kind === 'constant' || range.low === range.high;
}

function isFloat({ type }: PreparedInput): boolean {
  return !/^u?int/.test(type) && type !== 'bool';
}

/**
 * Whether a name says that an input is carried from one query to the next and empty at first. `hidden_states` and the like are what
 * another network computed of the data: activations, not a state.
 */
function saysState(name: string): boolean {
  const parts = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  if (/hidden_?states?$/.test(parts)) return false;
  return /(state|hidden|cache|past|memory)s?([^a-z]|$)/.test(parts) || /^[hc]\d*$/.test(parts);
}

function range(input: PreparedInput, rows: number | undefined, inputs: readonly PreparedInput[]): GeneratedRange {
  const { name, type, itemShape } = input;
  const isInteger = /^u?int/.test(type);
  if (rows !== undefined) return { kind: 'integers', low: 0, high: rows - 1 };
  if (isSamplingRate(name)) return { kind: 'constant', value: 16_000 };
  if (/mask/i.test(name)) return { kind: 'constant', value: 1 };
  if (/token_?type|segment/i.test(name)) return { kind: 'constant', value: 0 };
  if (isInteger && /length|_lens?$/i.test(name)) return { kind: 'constant', value: lengthOfOther(input, inputs) };
  if (isFloat(input) && saysState(name)) return { kind: 'constant', value: 0 };
  if (type === 'bool')
    return itemShape.length === 0 ? { kind: 'constant', value: 0 } : { kind: 'integers', low: 0, high: 1 };
  if (type === 'uint8') return { kind: 'integers', low: 0, high: 255 };
  if (isInteger) return { kind: 'integers', low: 0, high: 1 };
  return evenly;
}

/** The size that a length is of: the first dimension behind the batch of the first other input that has one. */
function lengthOfOther(input: PreparedInput, inputs: readonly PreparedInput[]): number {
  const other = inputs.find(({ name, itemShape }) => name !== input.name && itemShape.length >= 2);
  return other?.itemShape[1] ?? 1;
}
