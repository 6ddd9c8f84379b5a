import type { ReportInput } from '../../src/report/input.ts';
import { inputOf, sketchRun } from './fixtures.ts';

/** Names that have broken pages of others: markup, templates, addresses, directions, lengths, prototypes, formulas. */
export const hostileNames = [
  '</script><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '{{constructor}}{{{x}}}',
  'javascript:alert(1)',
  'a\u2028b\u2029c\u202ed',
  'שלום עולם‏',
  'x'.repeat(10_000),
  'resnet50.v1[0]',
  'quote\' " ` \\ &amp; &lt;',
  '__proto__',
  '=HYPERLINK("http://example.invalid")',
  ']]> --> <!-- <svg>',
  '',
];

/** A run in which every name that comes from a user or a machine is one of them, with fused and unfused cases to draw. */
export function hostileInput(): ReportInput {
  const run = sketchRun(
    'hostile',
    hostileNames.flatMap((workload, index) => [
      { workload, batchSize: 1, fusion: 'on', precision: hostileNames[(index + 1) % hostileNames.length] ?? '' },
      {
        workload,
        batchSize: 2,
        fusion: hostileNames[index % 4] ?? '',
        backend: hostileNames[(index + 2) % hostileNames.length] ?? '',
      },
      {
        workload,
        batchSize: 4,
        status: 'failed' as const,
        cause: {
          code: '<b>',
          message: hostileNames[index] ?? '',
          exitCode: 1,
          signal: null,
          stderrTail: hostileNames.join('\n'),
        },
      },
    ]),
  );
  const [script = '', image = ''] = hostileNames;
  return inputOf({
    ...run,
    run: {
      ...run.run,
      runId: `../${script}`,
      suite: { ...run.run.suite, name: script },
      startedAt: image,
      command: hostileNames,
      preflight: [{ check: image, severity: 'warning', message: script, value: null }],
      environment: {
        ...run.run.environment,
        cpu: { ...run.run.environment.cpu, model: script },
        versions: { [image]: script, __proto__: 'x' },
      },
      collectors: [{ name: script, available: false, code: image, reason: script, columns: [] }],
    },
  });
}
