import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { parsePrinted } from '../../src/gate/printed-figures.ts';

const line = (figure: object) => `${JSON.stringify({ scenario: 's', metric: 'm', value: 1, ...figure })}\n`;
const digest = (text: string) => createHash('sha256').update(text).digest('hex');

test('figures are collected by scenario, in base units, with stages and the hash of the output', () => {
  const readings = parsePrinted(
    line({ metric: 'latency', value: 12.5, unit: 'ms', stages: { load: 0.5 } }) +
      line({ scenario: 't', metric: 'size', value: 2, unit: 'MiB', better: 'lower', kind: 'exact' }) +
      '\r\n' +
      line({ metric: 'rate', value: 80, unit: 'items/s', role: 'informational', output: 'cat', stages: { run: 2 } }),
  );
  expect([...readings.keys()]).toEqual(['s', 't']);
  expect(readings.get('s')).toEqual({
    outcome: 'measured',
    figures: [
      { metric: 'latency', value: 0.0125, unit: 's', better: null, role: null, kind: null },
      { metric: 'rate', value: 80, unit: 'items/s', better: null, role: 'informational', kind: null },
    ],
    outputs: digest('cat'),
    stages: { load: 0.5, run: 2 },
  });
  expect(readings.get('t')).toMatchObject({
    figures: [{ value: 2_097_152, unit: 'bytes', better: 'lower', kind: 'exact' }],
    outputs: null,
  });
});

test('an output that is a hash stays; one with its keys in another order is the same', () => {
  const outputs = (output: unknown) => {
    const reading = parsePrinted(line({ output })).get('s');
    return reading?.outcome === 'measured' ? reading.outputs : undefined;
  };
  expect(outputs('ab'.repeat(32))).toBe('ab'.repeat(32));
  expect(outputs({ a: 1, b: [2] })).toBe(outputs({ b: [2], a: 1 }));
  expect(outputs({ a: 1 })).not.toBe(outputs({ a: 2 }));
  expect(outputs(null)).toBeNull();
});

test('null is a value that is not known', () => {
  expect(parsePrinted(line({ value: null })).get('s')).toMatchObject({ figures: [{ value: null }] });
});

test.each([
  [
    'warming up …\n',
    'Line 1 of the command\'s output: expected a JSON object and nothing else on stdout, got "warming up …"; print other text to stderr.',
  ],
  [`${line({})}[1]\n`, 'Line 2 of'],
  [
    '{"scenario":"s","metric":"m","value":NaN}',
    "Line 1 of the command's output: expected a number, or null for what is not known, got NaN.",
  ],
  ['{"scenario":"s","metric":"m","value":1e999}', 'Line 1 of'],
  [line({ value: '12' }), 'value: expected a number, or null for what is not known, got "12"'],
  [
    `${line({})}\n${line({ value: 2 })}`,
    'Line 3 of the command\'s output: expected each metric of a scenario once, got "m", which is on line 1 already.',
  ],
  ['{"scenario":"s","value":1}', 'metric: expected text, got nothing: the key is missing'],
  [line({ metrc: 1 }), 'expected a known key, got "metrc"'],
  [line({ metric: '' }), 'metric: expected at least 1 character'],
  [line({ metric: 'a\nb' }), 'metric: expected text without line breaks'],
  [line({ better: 'faster' }), 'better: expected one of "lower", "higher", got "faster"'],
  [line({ stages: { load: -1 } }), 'stages.load: expected at least 0, got -1'],
  [
    line({ output: 'a' }) + line({ metric: 'n', output: 'b' }),
    "Line 2 of the command's output: expected one output for a scenario",
  ],
  [
    line({ stages: { a: 1 } }) + line({ metric: 'n', stages: { a: 2 } }),
    'expected one time for the stage "a", got 1 and 2',
  ],
])('%j is refused', (stdout, message) => {
  expect(() => parsePrinted(stdout)).toThrow(message);
  expect(() => parsePrinted(stdout)).toThrow(expect.objectContaining({ code: 'OUTPUT_INVALID' }));
});

test('a command that prints nothing is no success', () => {
  expect(() => parsePrinted('\n\n')).toThrow(expect.objectContaining({ code: 'OUTPUT_EMPTY' }));
});

test('metrics, stages and units may be called like members that every object has', () => {
  const reading = parsePrinted(line({ metric: 'toString', unit: 'constructor', stages: { valueOf: 1 } })).get('s');
  expect(reading).toMatchObject({
    figures: [{ metric: 'toString', unit: 'constructor', value: 1 }],
    stages: { valueOf: 1 },
  });
});
