import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { type GateJson, gateJson, gateJsonText } from '../../src/gate/gate-json.ts';
import { gateResultJsonSchema, gateResultSchema } from '../../src/gate/gate-json-schema.ts';
import { accepting, reportOf, workedGate, workedRows, workedWrong } from './worked-report.ts';

const report = reportOf(workedGate(workedRows, { wrong: workedWrong }), [
  accepting('text', 'operators', { accepted: Number.POSITIVE_INFINITY }),
]);

/** Compiles as long as what fits the schema is what the type says. */
const isOfType = (value: z.infer<typeof gateResultSchema>): GateJson => value;

test('what the gate writes fits its schema, and has no field that the schema does not name', () => {
  const strict = z.toJSONSchema(gateResultSchema, { io: 'output' });
  for (const schema of [gateResultJsonSchema(), strict]) {
    const validate = new Ajv2020({ strict: false }).compile(schema);
    expect([validate(JSON.parse(gateJsonText(report))), validate.errors]).toEqual([true, null]);
  }
});

test('a field that a later version adds fits the schema, one that is gone or of another kind does not', () => {
  const validate = new Ajv2020({ strict: false }).compile(gateResultJsonSchema());
  const json = gateJson(report);
  expect(validate({ ...json, weather: 'fine' })).toBe(true);
  const { rows: _, ...without } = json;
  expect(validate(without)).toBe(false);
  expect(validate({ ...json, verdict: 'fail' })).toBe(false);
  expect(isOfType(gateResultSchema.parse(json))).toEqual(json);
});
