import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { editorSchemas, schemaText } from '../../src/cli/editor-schemas.ts';
import { packageFile } from '../../src/kernel/package-root.ts';

const schemas = editorSchemas();

test.each(Object.entries(schemas))(
  'schemas/%s.schema.json is the one that is committed (node scripts/write-schemas.mjs writes it)',
  (name, schema) => {
    expect(readFileSync(packageFile('schemas', `${name}.schema.json`), 'utf8')).toBe(schemaText(schema));
  },
);

test('schemas/ holds nothing else', () => {
  const names = Object.keys(schemas).map((name) => `${name}.schema.json`);
  expect(readdirSync(packageFile('schemas')).sort()).toEqual(names.sort());
});

test.each([
  ['a suite', schemas.suite],
  ['a file of its own', schemas.gate],
])('editors find a typing error in the gate section of %s', (_what, schema) => {
  const validate = new Ajv2020({ strict: false }).compile(schema ?? {});
  const file = (gate: object) => ({ name: 'a', ...(schema === schemas.suite ? { workloads: ['digits'] } : {}), gate });
  const section = { setup: 'npm ci', metrics: [{ metric: '*_p50', margin: '8%' }], time_budget: '10min' };
  expect([validate(file(section)), validate.errors]).toEqual([true, null]);
  expect(validate(file({ comand: 'python bench.py' }))).toBe(false);
  expect(validate(file({ metrics: [{ margin: '8' }] }))).toBe(false);
});
