import { runLetter } from './charts/panels.ts';
import { displayName } from './display-name.ts';
import type { ReportInput } from './input.ts';

/** What stands at the top of the page: what it is of, and the run, machine and policy that it is from. */
export function head(input: ReportInput): { title: string; heading: string; meta: string[] } {
  const suites = [...new Set(input.runs.map(({ run }) => displayName(run.suite.name, 40)))];
  const heading = `${suites.join(', ')}: ${input.runs.length === 1 ? 'benchmark report' : `${input.runs.length} runs side by side`}`;
  const [first] = input.runs;
  if (first === undefined) throw new RangeError('Expected a report of at least one run, got none.');
  if (input.runs.length > 1) {
    return {
      title: `Dyno, ${heading}`,
      heading,
      meta: input.runs.map(({ run }, index) => `${runLetter(index)}: ${displayName(run.runId, 60)}`),
    };
  }
  const { run } = first;
  const { cpu } = run.environment;
  const processor = cpu.model === null ? 'processor not known' : displayName(cpu.model, 50);
  return {
    title: `Dyno, ${heading}`,
    heading,
    meta: [
      displayName(run.runId, 60),
      startOf(run.startedAt),
      `${processor}, ${cpu.availableCores} ${cpu.availableCores === 1 ? 'core' : 'cores'}`,
      `policy ${displayName(run.policy.preset, 30)}`,
    ],
  };
}

/** `2026-11-21T21:46:00Z` as `2026-11-21 21:46 UTC`; anything else as it is. */
function startOf(startedAt: string): string {
  const [, date, time] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})[\d:.]*Z$/.exec(startedAt) ?? [];
  return date === undefined || time === undefined ? displayName(startedAt, 40) : `${date} ${time} UTC`;
}

/** Where the figures of all cases are from, and the rule of the percentiles: the last line of the page. */
export function provenance(input: ReportInput): string {
  const kinds = new Map<string, number>();
  for (const { run } of input.runs)
    for (const { provenance } of run.cases) kinds.set(provenance, (kinds.get(provenance) ?? 0) + 1);
  const projected = input.runs.flatMap(({ run }) => run.projected ?? []);
  const refused = projected.filter(({ status }) => status !== 'ok').length;
  if (projected.length > refused) kinds.set('projected', projected.length - refused);
  if (refused > 0) kinds.set('projections refused', refused);
  const listed = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ');
  return `Provenance of the cases: ${listed === '' ? 'none' : listed}. Percentiles are nearest-rank, sorted[floor(n · p)], and withheld below the number of queries at which they would rest on luck.`;
}
