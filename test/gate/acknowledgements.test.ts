import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, expect, test } from 'vitest';
import { acknowledgementsJsonSchema, readAcknowledgements } from '../../src/gate/acknowledgements.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-acknowledgements-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  const path = join(folder, 'accepted.yaml');
  writeFileSync(path, text);
  return readAcknowledgements(path);
}

const entry = (fields: string) => `acknowledgements:\n  - { scenario: a, metric: p50, reason: because, ${fields} }\n`;

test('an entry has its share, its end and its place', () => {
  const text = `acknowledgements:
  - scenario: vision
    metric: latency_p50
    accepted: 8 %
    until: 2027-01-31
    reason: A more precise filter.
  - { scenario: text, metric: operators, accepted: any, until: "1A2B3C4", reason: New model. }
`;
  const where = (line: number) => `${join(folder, 'accepted.yaml')}:${line}:5`;
  expect(read(text)).toEqual([
    {
      scenario: 'vision',
      metric: 'latency_p50',
      accepted: 0.08,
      until: { kind: 'date', date: '2027-01-31' },
      reason: 'A more precise filter.',
      where: where(2),
    },
    {
      scenario: 'text',
      metric: 'operators',
      accepted: Number.POSITIVE_INFINITY,
      until: { kind: 'commit', commit: '1a2b3c4' },
      reason: 'New model.',
      where: where(7),
    },
  ]);
});

test('an empty list accepts nothing', () => {
  expect(read('acknowledgements: []\n')).toEqual([]);
});

test.each([
  [
    'a number without its sign, which could mean 8 % or 800 %',
    'accepted: 8, until: 2027-01-31',
    /share with its sign.*got.*8/,
  ],
  ['a share of 0', 'accepted: "0 %", until: 2027-01-31', /share above 0/],
  ['a negative share', 'accepted: "-8 %", until: 2027-01-31', /share above 0/],
  ['a day that the calendar lacks', 'accepted: 8 %, until: 2027-02-30', /expected a date such as/],
  ['a commit that YAML reads as a number', 'accepted: 8 %, until: 1234567', /hexadecimal digits in quotes/],
  ['a branch as the end', 'accepted: 8 %, until: main', /expected a date such as/],
  ['no end', 'accepted: 8 %', /until.*missing/],
])('%s is refused with its place', (_what, fields, message) => {
  expect(() => read(entry(fields))).toThrow(message);
  expect(() => read(entry(fields))).toThrow(/accepted\.yaml:2:\d+: acknowledgements\[0\]/);
});

test('an entry without a reason is refused', () => {
  expect(() => read('acknowledgements:\n  - { scenario: a, metric: p50, accepted: 8 %, until: 2027-01-31 }\n')).toThrow(
    /reason.*missing/,
  );
});

test('two entries for one row are refused with the place of both', () => {
  const one = '  - { scenario: a, metric: p50, accepted: 8 %, until: 2027-01-31, reason: because }\n';
  expect(() => read(`acknowledgements:\n${one}${one}`)).toThrow(/accepted\.yaml:3:5.*second.*accepted\.yaml:2:5/s);
});

test('editors accept what is accepted here, and refuse what is no share and no end', () => {
  const validate = new Ajv2020({ strict: false }).compile(acknowledgementsJsonSchema());
  const file = (accepted: string, until: string) => ({
    acknowledgements: [{ scenario: 'a', metric: 'p50', accepted, until, reason: 'because' }],
  });
  for (const accepted of ['8 %', '8.5%', '+3 %', 'any']) {
    for (const until of ['2027-01-31', '1a2b3c4']) {
      expect(read(JSON.stringify(file(accepted, until)))).toHaveLength(1);
      expect(validate(file(accepted, until))).toBe(true);
    }
  }
  for (const [accepted = '', until = ''] of [
    ['8', '2027-01-31'],
    ['-8 %', '2027-01-31'],
    ['any', 'main'],
  ]) {
    expect(() => read(JSON.stringify(file(accepted, until)))).toThrow(/expected/);
    expect(validate(file(accepted, until))).toBe(false);
  }
});

test('a file that is not there is named once as what it should have been', () => {
  const path = join(folder, 'nowhere.yaml');
  expect(() => readAcknowledgements(path)).toThrow(`There is no file of acknowledgements ${JSON.stringify(path)}.`);
});
