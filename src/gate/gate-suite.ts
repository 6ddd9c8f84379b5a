import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DynoError, InputError } from '../kernel/errors.ts';
import { type Acknowledgement, readAcknowledgements } from './acknowledgements.ts';
import { type GateFile, readGateFile } from './gate-file.ts';

/** Where a suite is looked for unless one is named, in this order. */
export const defaultSuites = ['suites/gate.yaml', 'suites/default.yaml'] as const;

/** File of accepted changes beside the suite, unless one is named. */
const defaultAcknowledgements = 'acknowledgements.yaml';

/** The suite of a gate, as head has it. */
export interface GateSuite {
  /** Path within the repository. */
  readonly path: string;
  /** Its name, or else its path: what comments of one suite have in common. */
  readonly name: string;
  readonly plan: GateFile;
  readonly acknowledgements: readonly Acknowledgement[];
}

/** Paths within the repository, where they were named. */
export interface NamedFiles {
  readonly suite: string | null;
  readonly acknowledgements: string | null;
}

/**
 * Reads what is measured and how it is judged from a checkout of head. Throws `SUITE_NOT_FOUND` (exit 3) that says what to write, and what `readGateFile`
 * and `readAcknowledgements` throw; places are told within the repository.
 */
export function readGateSuite(folder: string, { suite, acknowledgements }: NamedFiles): GateSuite {
  const path = suite ?? defaultSuites.find((one) => existsSync(join(folder, one)));
  if (path === undefined || !existsSync(join(folder, path))) throw notFound(suite);
  const beside = join(dirname(path), defaultAcknowledgements);
  const accepted = acknowledgements ?? (existsSync(join(folder, beside)) ? beside : null);
  return placedWithin(folder, () => {
    const plan = readGateFile(join(folder, path));
    if (plan.command === null && !plan.isEngineSuite) throw nothingToRun(path);
    const rules = plan.rules.map((rule) => ({ ...rule, where: within(folder, rule.where) }));
    const entries = accepted === null ? [] : readAcknowledgements(join(folder, accepted));
    return {
      path,
      name: plan.name ?? path,
      plan: { ...plan, rules },
      acknowledgements: entries.map((entry) => ({ ...entry, where: within(folder, entry.where) })),
    };
  });
}

function within(folder: string, text: string): string {
  return text.replaceAll(join(folder, '/'), '');
}

/** Errors that name a file of a checkout name it as the repository does: the checkout is gone when they are read. */
function placedWithin<T>(folder: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.code, within(folder, error.message), { cause: error.cause });
  }
}

function nothingToRun(path: string): InputError {
  return new InputError(
    'GATE_INVALID',
    `${path}: expected gate.command, which prints the figures of a version, or the workloads of a suite, got neither.`,
  );
}

function notFound(suite: string | null): DynoError {
  if (suite !== null) {
    return new InputError(
      'SUITE_NOT_FOUND',
      `--suite ${suite}: expected a file of head's repository, got no such file in head. Commit it, or name another one.`,
    );
  }
  return new InputError(
    'SUITE_NOT_FOUND',
    `Expected head to have ${defaultSuites.join(' or ')}, which say what is measured, got neither. Write one such as\n` +
      '  gate:\n    setup: npm ci\n    command: node bench.js\n' +
      'whose command prints a JSON object a line ({"scenario": "small", "metric": "latency", "value": 0.012, "unit": "s"}), or name one by --suite.',
  );
}
