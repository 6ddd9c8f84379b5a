import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { failureJsonText, type GateFailureJson } from '../../src/gate/gate-failure.ts';
import { type GateJson, gateJson, gateJsonText } from '../../src/gate/gate-json.ts';
import {
  gateAnswerSchema,
  gateFailureSchema,
  gateResultJsonSchema,
  gateResultSchema,
} from '../../src/gate/gate-json-schema.ts';
import { accepting, reportOf, workedGate, workedRows, workedWrong } from './worked-report.ts';

const report = reportOf(workedGate(workedRows, { wrong: workedWrong }), [
  accepting('text', 'operators', { accepted: Number.POSITIVE_INFINITY }),
]);

type Answer = z.infer<typeof gateAnswerSchema>;
type Writable<T> = T extends readonly (infer Item)[]
  ? Writable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Writable<T[Key]> }
    : T;

/** Both compile as long as what fits the schema is what the type says. */
const isOfType = (value: Answer): GateJson => value;
const fits = (value: Writable<GateJson>): Answer => value;
const isFailure = (value: z.infer<typeof gateFailureSchema>): Pick<GateFailureJson, 'verdict' | 'exitCode' | 'error'> =>
  value;

const failure = failureJsonText({
  type: 'failure',
  schemaVersion: 1,
  code: 'BASE_NOT_SET_UP',
  message: 'gate.setup: `make` ended with exit code 2.',
  exitCode: 4,
  suite: 'own models',
  base: { name: 'main', commit: null },
  head: { name: 'working tree', commit: null },
});

test('what the gate writes fits its schema, and has no field that the schema does not name', () => {
  const strict = z.toJSONSchema(gateResultSchema, { io: 'output' });
  for (const schema of [gateResultJsonSchema(), strict]) {
    const validate = new Ajv2020({ strict: false }).compile(schema);
    for (const text of [gateJsonText(report), failure]) {
      expect([validate(JSON.parse(text)), validate.errors]).toEqual([true, null]);
    }
  }
});

test('a field that a later version adds fits the schema, one that is gone or of another kind does not', () => {
  const validate = new Ajv2020({ strict: false }).compile(gateResultJsonSchema());
  const json = gateJson(report);
  expect(validate({ ...json, weather: 'fine' })).toBe(true);
  const { rows: _, ...without } = json;
  expect(validate(without)).toBe(false);
  expect(validate({ ...json, verdict: 'fail' })).toBe(false);
  expect(isOfType(gateAnswerSchema.parse(json))).toEqual(json);
  expect(fits(JSON.parse(gateJsonText(report)) as Writable<GateJson>)).toEqual(json);
  expect(isFailure(gateFailureSchema.parse(JSON.parse(failure))).error.code).toBe('BASE_NOT_SET_UP');
});
