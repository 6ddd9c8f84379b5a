import { explainError } from '../engine/diagnosis/explain-error.ts';
import { InputError } from '../kernel/errors.ts';
import type { Cause } from '../results/events.ts';
import { runTask } from './child-task.ts';
import type { ProbeAnswer, ProbeJob } from './job.ts';

const probeSeconds = 60;

export interface AskOptions {
  readonly plugins: readonly string[];
  /** What to do about a backend whose process gave no answer. */
  readonly remedy: string;
  readonly signal?: AbortSignal;
}

/**
 * Asks backends whether they can run here, in a process of their own: a library that crashes or hangs while it is asked is as good as absent,
 * and takes neither this process nor the other backends down. Empty when aborted. Throws an InputError when what was given is
 * at fault, such as a plug-in that has moved: no backend is absent for that.
 */
export async function askBackends(backends: readonly string[], options: AskOptions): Promise<ProbeAnswer['probes']> {
  const { plugins, remedy, signal } = options;
  const job: ProbeJob = { plugins, backends, deadlineSeconds: probeSeconds };
  const outcome = await runTask<ProbeJob, ProbeAnswer>('runner/probe-process.js', job, {
    overdueRemedy: 'Its library hangs while it is loaded.',
    ...(signal === undefined ? {} : { signal }),
  });
  if ('answer' in outcome) return outcome.answer.probes;
  if (signal?.aborted) return {};
  if (outcome.cause.exitCode === 3) throw new InputError(outcome.cause.code, outcome.cause.message);
  const [first = '', ...others] = backends;
  if (others.length > 0) {
    // One of them is at fault: each is asked alone.
    const probes: ProbeAnswer['probes'][] = [];
    for (const backend of backends) probes.push(await askBackends([backend], options));
    return Object.assign({}, ...probes);
  }
  const reason = whyNoAnswer(outcome.cause);
  return {
    [first]: {
      available: false,
      reason,
      remedy,
      device: null,
      version: null,
      stack: first,
      precisions: {},
      operatorDomains: [],
      usesGraph: true,
    },
  };
}

function whyNoAnswer({ code, message, signal, stderrTail }: Cause): string {
  if (code !== 'NATIVE_CRASH') return message;
  const words = lastWords(stderrTail);
  return `its library crashed the process that asked it (${signal})${words === '' ? '' : `: ${words}`}`;
}

/** What Node.js prints of its stack when it aborts stands behind what the library had to say. */
const ofStack = /^\s*(\d+: |at |-{3,}|$)/;

/** The line that names a known error, or else the last one that is not of a stack. */
function lastWords(stderrTail: string): string {
  const lines = stderrTail.split('\n').filter((line) => !ofStack.test(line));
  return (lines.find((line) => explainError(line).length > 0) ?? lines.at(-1) ?? '').trim();
}
