import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { packageFile } from '../../src/kernel/package-root.ts';
import { parseYaml } from '../../src/kernel/yaml-source.ts';
import { readStudy } from '../../src/tco/study.ts';
import { studyJsonSchema } from '../../src/tco/study-schema.ts';

const validate = new Ajv2020({ strict: false }).compile(studyJsonSchema());
const studies = readdirSync(packageFile('suites', 'tco')).filter((path) => path.endsWith('.yaml'));

test.each(studies)('suites/tco/%s can be reckoned with, and editors find nothing wrong with it', (name) => {
  const path = packageFile('suites', 'tco', name);
  const text = readFileSync(path, 'utf8');
  expect(readStudy(path).model.options.length).toBeGreaterThan(1);
  expect([validate(parseYaml(text, 'yaml').value), validate.errors]).toEqual([true, null]);
  const schema = /^# yaml-language-server: \$schema=(.*)$/m.exec(text)?.[1] ?? '';
  expect(join(path, '..', schema)).toBe(packageFile('schemas', 'study.schema.json'));
});

test('every money figure of the examples has a source or is shown as a guess, and every published one its row', () => {
  const { assumptions, throughputs } = readStudy(packageFile('suites', 'tco', 'bert-ranking.yaml'));
  expect(Object.values(throughputs).map(({ provenance }) => provenance)).toEqual([
    'published',
    'published',
    'projected',
    'published',
    'published',
    'published',
  ]);
  const guesses = assumptions.filter(({ source }) => source === null);
  expect(assumptions.slice(0, guesses.length)).toEqual(guesses);
  const price = assumptions.find(({ name }) => name === 'options[0].machine.accelerator_price');
  expect(price).toMatchObject({ value: 24_500, date: '2025-03-03' });
  expect(price?.source).toContain('epoch-research');
});

test('the example of an own measurement stands on the committed run', () => {
  const { throughputs, assumptions } = readStudy(packageFile('suites', 'tco', 'measured-here.yaml'));
  const run = JSON.parse(readFileSync(packageFile('results', 'example', 'run.json'), 'utf8')) as {
    cases: { id: string; throughput: { value: number } }[];
  };
  const best = run.cases.find(({ id }) => id === 'resnet50/ort-cpu/b8/int8/fusion-on/t2/single_stream');
  const figure = assumptions.find(({ name }) => name.endsWith('throughput.items_per_second'));
  expect(figure?.value).toBe(best?.throughput.value);
  expect(throughputs['small server']).toMatchObject({ provenance: 'measured' });
});
