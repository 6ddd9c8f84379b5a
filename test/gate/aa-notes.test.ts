import { expect, test } from 'vitest';
import { aaExitCode, aaJsonText } from '../../src/gate/aa-json.ts';
import {
  aaBasisNotes,
  aaHeadline,
  aaWarnings,
  suggestedYaml,
  suggestionNote,
  verdictCounts,
} from '../../src/gate/aa-notes.ts';
import type { AaKnown, AaReport, AaRow } from '../../src/gate/aa-report.ts';
import { gatePlanOf } from '../../src/gate/gate-file.ts';
import { defaultSettings, type GateSettings } from '../../src/gate/settings.ts';
import { parseYamlValue } from '../../src/kernel/yaml-source.ts';
import { latency } from './made-pairs.ts';

const rates = { replays: 400, alarms: 0, settled: 400 };
const enough: AaKnown = {
  looks: [{ pairs: 40, selfNoise: 0.01, minimumDetectable: 0.06 }],
  between: { value: 0.001, low: -0.002, high: 0.004 },
  isUneven: false,
  atMargin: { margin: 0.05, ...rates },
  isEnough: true,
  supported: { margin: 0.03, ...rates },
};

function row(metric: Partial<AaRow['metric']>, known: Partial<AaKnown> | null = {}, given: Partial<AaRow> = {}): AaRow {
  return {
    metric: latency(metric),
    attempted: 40,
    pairs: 40,
    dropped: [],
    value: 0.01,
    deviation: 0.02,
    known: known === null ? null : { ...enough, ...known },
    reason: null,
    ...given,
  };
}

const suite: AaReport['consecutive'] = {
  gates: 4,
  flagged: { alarms: 0, share: null },
  failed: { alarms: 0, share: null },
  verdicts: { pass: 3, improved: 0, regressed: 0, inconclusive: 1, invalid: 0, nothing: 0 },
  pairs: 10,
};

function report(rows: readonly AaRow[], given: Partial<AaReport> = {}): AaReport {
  return { rounds: 40, rows, exact: [], unstable: [], consecutive: suite, replays: suite, ...given };
}

const settings: GateSettings = { ...defaultSettings, metrics: [] };
const small = { isEnough: false, supported: { margin: 0.07, ...rates } };

test('the headline counts the rows that can fail whose margin is too small', () => {
  expect(aaHeadline(report([row({})]), settings)).toBe('This machine supports the margin of the row that can fail.');
  expect(aaHeadline(report([row({}), row({ scenario: 'b' }, small)]), settings)).toBe(
    '1 of 2 rows that can fail has a margin below what this machine supports.',
  );
  // Rows for information fail nothing.
  expect(aaHeadline(report([row({}), row({ role: 'informational' }, small)]), settings)).toContain(
    'supports the margin',
  );
  expect(aaHeadline(report([row({}, null, { pairs: 3 })]), settings)).toContain('Too few valid pairs of 1 of 1 row');
  expect(aaHeadline(report([]), settings)).toContain('No sampled row can fail');
});

test('what is suggested is read by the gate as it is meant, whatever the names', () => {
  const odd = report([
    row({ scenario: 'yes', metric: 'p50: "x"' }, small),
    row({ scenario: 'digits, large', metric: 'latency' }, { isEnough: false, supported: null }),
    row({ scenario: 'fine' }),
    row({ scenario: 'for information', role: 'informational' }, small),
  ]);
  const section = (parseYamlValue(suggestedYaml(odd).join('\n')).value as { gate: unknown }).gate;
  expect(gatePlanOf(section, () => 'suite').rules).toMatchObject([
    { scenario: 'yes', metric: 'p50: "x"', margin: 0.07 },
    { scenario: 'digits, large', metric: 'latency', role: 'informational' },
  ]);
  expect(suggestionNote(odd)).toContain('Of latency of digits, large no margin up to 100 % would do');
});

test('with one scenario its name is left out, and where margins are enough nothing is suggested', () => {
  expect(suggestedYaml(report([row({}, small)]))).toEqual([
    'gate:',
    '  metrics:',
    '    - {metric: latency_p50, margin: 7%}',
  ]);
  expect(suggestedYaml(report([row({})]))).toEqual([]);
  expect(suggestionNote(report([row({})]))).toBeNull();
});

test('warnings name void pairs once a scenario, what a gate would make of them, uneven arms and figures that are not exact', () => {
  const dropped = [{ code: 'FOREIGN_CPU', count: 12, need: 0.1, have: 'head: 0.4 (make)' }];
  const size = latency({ metric: 'size', unit: 'bytes', kind: 'exact', margin: 0 });
  const warned = aaWarnings(
    report(
      [
        row({}, {}, { dropped, pairs: 28 }),
        row({ metric: 'load' }, {}, { dropped, pairs: 28 }),
        row({ scenario: 'b' }, { isUneven: true, between: { value: 0.03, low: 0.02, high: 0.04 } }),
      ],
      {
        exact: [
          { metric: size, values: [7, 8] },
          { metric: { ...size, scenario: 'b' }, values: [7] },
        ],
        unstable: ['c'],
      },
    ),
    settings,
  );
  expect(warned).toHaveLength(4);
  expect(warned[0]).toMatch(/^c: two processes of one version gave different answers/);
  expect(warned[1]).toMatch(/^size of digits is compared exactly and differs .* \(7 B, 8 B\): write kind: sampled/);
  expect(warned[2]).toMatch(/^latency_p50 of b: head was not like base \(\+2\.0 to \+4\.0 %\)/);
  expect(warned[3]).toMatch(/^digits: 12 pairs void: other processes used the processor .*of 40; of more than 20\.0 %/);
});

test('few rounds are told to be few, and verdicts are counted', () => {
  expect(aaBasisNotes(report([row({}, {}, { pairs: 20 })]), settings)[0]).toContain('measure 40 rounds to know');
  expect(aaBasisNotes(report([row({})]), settings)[0]).toContain('Gates one after the other');
  expect(verdictCounts(suite)).toBe('3 pass, 1 inconclusive');
});

test('exit codes: 0 measured, 2 where a row that can fail has fewer pairs than a gate takes, 4 where nothing was', () => {
  expect(aaExitCode(report([row({}, small)]), settings)).toBe(0);
  expect(aaExitCode(report([row({}), row({ scenario: 'b' }, {}, { pairs: 9 })]), settings)).toBe(2);
  expect(aaExitCode(report([row({}), row({ role: 'informational' }, null, { pairs: 0 })]), settings)).toBe(0);
  const failed = [{ code: 'HEAD_FAILED', count: 3, need: null, have: 'EXIT_CODE: 3' }];
  const busy = [{ code: 'CPU_STEAL', count: 40, need: 0.02, have: 'head: 0.3' }];
  expect(aaExitCode(report([row({}, null, { pairs: 0, attempted: 3, dropped: failed })]), settings)).toBe(4);
  // Measured, and void by the machine: another machine is needed, not another command.
  expect(aaExitCode(report([row({}, null, { pairs: 0, dropped: busy })]), settings)).toBe(2);
  expect(aaExitCode(report([row({}, null, { pairs: 0, attempted: 0 })], { rounds: 0 }), settings)).toBe(4);
});

test('the JSON holds what the text tells', () => {
  const session = {
    report: report([row({}, small)]),
    settings,
    suite: 'digits',
    version: { name: 'main', commit: 'abc' },
    environment: [{ name: 'CPU', value: 'x' }],
    ended: 'budget',
  };
  expect(JSON.parse(aaJsonText(session))).toMatchObject({
    schemaVersion: 1,
    exitCode: 0,
    suggestion: suggestedYaml(session.report),
    consecutive: { gates: 4 },
    ended: 'budget',
    version: { name: 'main', commit: 'abc' },
  });
});
