import * as z from 'zod';
import { invalidFile, problemLine, readCheckedFile } from '../kernel/checked-file.ts';
import { InputError } from '../kernel/errors.ts';
import { checkValue, type Problem } from '../kernel/schema-problems.ts';
import type { Path } from '../kernel/value-path.ts';
import { parseDuration } from '../units/duration.ts';
import { type GateSection, gateSchema } from './gate-schema.ts';
import type { MetricRule } from './metric-rules.ts';
import { type ConditionLimits, defaultSettings, type GateSettings } from './settings.ts';

/** What to run for a version, and how it is judged: a `gate` section with all defaults in it. */
export interface GatePlan {
  readonly setup: readonly SetupStep[];
  /** null: the suite is run by the Dyno of each version. */
  readonly command: Command | null;
  /** Prints operator profiles of a version; null: none does. */
  readonly profile: Command | null;
  /** Of one process, in seconds. */
  readonly timeoutSeconds: number;
  /** Added to the environment of both versions. */
  readonly environment: Readonly<Record<string, string>>;
  /** Processors that both are kept on, as taskset takes them; null: all. */
  readonly cpus: string | null;
  readonly rules: readonly MetricRule[];
  readonly settings: Omit<GateSettings, 'metrics'>;
  /** null: as long as it takes. */
  readonly budgetSeconds: number | null;
}

/** A line for the shell, or a program with its arguments. */
export type Command = string | readonly string[];

export interface SetupStep {
  readonly run: Command;
  readonly timeoutSeconds: number;
}

/** What names a place of the section in an error: `file:line:column`, or an option. */
export type Where = (path: Path, part: 'key' | 'value') => string;

const kind = { what: 'gate file', code: 'GATE' } as const;
const defaultTimeoutSeconds = 600;
const defaultSetupTimeoutSeconds = 1200;

/** Of a suite, all but the gate's section is for others to check. */
const fileSchema = z.looseObject({
  name: z.unknown().optional(),
  workloads: z.unknown().optional(),
  gate: gateSchema.optional(),
});

/** A file with a plan of the gate in it. */
export interface GateFile extends GatePlan {
  /** Of the suite; null where the file tells none. */
  readonly name: string | null;
  /** It has workloads, which Dyno can run. */
  readonly isEngineSuite: boolean;
}

/**
 * Reads the `gate` section of a suite, or of a file that holds nothing else. Throws `GATE_NOT_FOUND`, `GATE_UNREADABLE` and
 * `GATE_INVALID` (exit 3) with all problems, each as `file:line:column`.
 */
export function readGateFile(path: string): GateFile {
  const file = readCheckedFile(path, fileSchema, kind);
  const section = file.value.gate ?? {};
  const problems = sectionProblems(section);
  if (problems.length > 0) throw invalidFile(path, kind, lines(problems, file.where, ['gate']));
  const { name, workloads } = file.value;
  const plan = settle(section, (at, part) => file.where(['gate', ...at], part));
  return {
    ...plan,
    name: typeof name === 'string' && name !== '' ? name : null,
    isEngineSuite: workloads !== undefined,
  };
}

/** The same for a section that was read already, such as that of a plan. `where` names places within it. */
export function gatePlanOf(section: unknown, where: Where): GatePlan {
  const checked = checkValue(gateSchema, section ?? {});
  const problems = checked.fits ? sectionProblems(checked.value) : checked.problems;
  if (problems.length > 0 || !checked.fits) {
    throw new InputError('GATE_INVALID', lines(problems, where, []).join('\n'));
  }
  return settle(checked.value, where);
}

function lines(problems: readonly Problem[], where: Where, within: Path): string[] {
  return problems.map(({ path, part, message }) => {
    const at = [...within, ...path];
    return problemLine(where(at, part), at, message);
  });
}

/** What spans several keys. */
function sectionProblems(section: GateSection): Problem[] {
  const problems: Problem[] = [];
  const { looks = [], rounds, metrics = [] } = section;
  const falling = looks.findIndex((look, index) => look <= (looks[index - 1] ?? 0));
  if (falling >= 0) {
    const message = `expected more pairs than at the look before (${looks[falling - 1]}), got ${looks[falling]}`;
    problems.push({ path: ['looks', falling], part: 'value', message });
  }
  const first = (section.looks ?? defaultSettings.looks)[0] ?? 0;
  if (rounds !== undefined && section.looks !== undefined && rounds < first) {
    problems.push({
      path: ['rounds'],
      part: 'value',
      message: `expected at least the first of looks, ${first}, got ${rounds}`,
    });
  }
  for (const [index, { margin, kind: ofMetric }] of metrics.entries()) {
    if (margin === undefined || ofMetric === 'exact' || parseShare(margin) > 0) continue;
    const message =
      'expected a margin above 0: no two measurements are equal. Write kind: exact for a figure that has no noise';
    problems.push({ path: ['metrics', index, 'margin'], part: 'value', message });
  }
  for (const name of Object.keys(section.env ?? {})) {
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) continue;
    problems.push({
      path: ['env', name],
      part: 'key',
      message: `expected the name of a variable, got ${JSON.stringify(name)}`,
    });
  }
  return problems;
}

function settle(section: GateSection, where: Where): GatePlan {
  const setupSeconds = seconds(section.setup_timeout) ?? defaultSetupTimeoutSeconds;
  const steps = section.setup === undefined ? [] : typeof section.setup === 'string' ? [section.setup] : section.setup;
  return {
    setup: steps.map((step) =>
      typeof step === 'string'
        ? { run: step, timeoutSeconds: setupSeconds }
        : { run: step.run, timeoutSeconds: seconds(step.timeout) ?? setupSeconds },
    ),
    command: section.command ?? null,
    profile: section.profile ?? null,
    timeoutSeconds: seconds(section.timeout) ?? defaultTimeoutSeconds,
    environment: Object.fromEntries(Object.entries(section.env ?? {}).map(([name, value]) => [name, String(value)])),
    cpus: section.cpus ?? null,
    rules: (section.metrics ?? []).map((rule, index) => ({
      scenario: rule.scenario ?? '*',
      metric: rule.metric ?? '*',
      ...(rule.margin === undefined ? {} : { margin: parseShare(rule.margin) }),
      ...(rule.floor === undefined ? {} : { floor: rule.floor }),
      ...(rule.role === undefined ? {} : { role: rule.role }),
      ...(rule.better === undefined ? {} : { better: rule.better }),
      ...(rule.kind === undefined ? {} : { kind: rule.kind }),
      where: where(['metrics', index], 'value'),
    })),
    settings: {
      seed: section.seed ?? defaultSettings.seed,
      looks: looksWithin(section.looks ?? defaultSettings.looks, section.rounds),
      alpha: section.alpha ?? defaultSettings.alpha,
      confirmRounds: section.confirm_rounds ?? defaultSettings.confirmRounds,
      limits: limitsOf(section.limits),
    },
    budgetSeconds: seconds(section.time_budget),
  };
}

/** The looks up to `rounds`, which is the last one then. */
export function looksWithin(looks: readonly number[], rounds: number | undefined): readonly number[] {
  if (rounds === undefined) return looks;
  return [...looks.filter((look) => look < rounds), rounds];
}

function limitsOf(limits: GateSection['limits'] = {}): ConditionLimits {
  const byDefault = defaultSettings.limits;
  return {
    stealShare: limits.steal ?? byDefault.stealShare,
    throttledPeriods: limits.throttled_periods ?? byDefault.throttledPeriods,
    foreignCpuShare: limits.foreign_cpu ?? byDefault.foreignCpuShare,
    smClockDifference: limits.gpu_clock_difference ?? byDefault.smClockDifference,
    powerCapShare: limits.gpu_power_cap ?? byDefault.powerCapShare,
    idleUtilisation: limits.gpu_idle_utilisation ?? byDefault.idleUtilisation,
    droppedShare: limits.dropped ?? byDefault.droppedShare,
  };
}

function seconds(duration: number | string | undefined): number | null {
  if (duration === undefined) return null;
  return typeof duration === 'number' ? duration : parseDuration(duration);
}

/** A share from `5%` or `0.05`. */
function parseShare(share: number | string): number {
  return typeof share === 'number' ? share : Number.parseFloat(share) / 100;
}
