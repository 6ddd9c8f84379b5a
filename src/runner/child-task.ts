import { type ChildExit, readLines, spawnNode } from '../kernel/child-process.ts';
import { memoryKills } from '../kernel/memory-kills.ts';
import { builtScript } from '../kernel/package-root.ts';
import { timerMilliseconds } from '../kernel/timer.ts';
import type { Cause } from '../results/events.ts';
import { explainedCause } from './explained-cause.ts';
import type { FailureScene, Message, Outcome } from './job.ts';

export interface TaskOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Told the process id as soon as it runs, before the job is handed over. */
  readonly onStart?: (pid: number) => Promise<void> | void;
  /** What to do when the deadline of the job has passed; by default to raise the time limit of the policy, which sets that of a case. */
  readonly overdueRemedy?: string;
  /** Aborting ends the process. */
  readonly signal?: AbortSignal;
}

/** The runner gives a child this long after its deadline, for the kernel to take it away. */
const graceSeconds = 5;

/** Signals by which somebody asks a process to end; what goes wrong in native code raises others. */
const requests: ReadonlySet<string> = new Set(['SIGTERM', 'SIGHUP', 'SIGINT']);

const raiseTimeLimit = 'Give it longer with --set policy.time_limit=…, or ask for less.';

/**
 * Runs a process of ours (`script` within dist/) on a job and waits for its answer. Whatever happens to it, a native crash
 * included, comes back as a cause; this never rejects but for a programming error.
 */
export async function runTask<Job extends { deadlineSeconds: number }, Answer>(
  script: string,
  job: Job,
  options: TaskOptions = {},
): Promise<Outcome<Answer>> {
  const started = process.hrtime.bigint();
  const killsBefore = memoryKills();
  const child = spawnNode(
    builtScript(script),
    [],
    options.environment === undefined ? {} : { environment: options.environment },
  );
  if (child.pid === null) {
    const { failure } = await child.exited;
    return {
      cause: makeCause(
        'NOT_STARTED',
        `The process could not be started: ${failure}.`,
        { exitCode: null, signal: null, failure },
        '',
      ),
    };
  }

  let message: Message<Answer> | null = null;
  readLines(child.stdout, (line) => {
    if (!line.startsWith('{"dyno":')) return;
    try {
      message = JSON.parse(line) as Message<Answer>;
    } catch {
      // A line cut by a crash: the exit status tells the story.
    }
  });

  let overdue = false;
  let lostTimer: NodeJS.Timeout | undefined;
  const lost = new Promise<ChildExit>((resolve) => {
    lostTimer = setTimeout(
      () => {
        // A process in an uninterruptible state ignores even SIGKILL: it is left behind and named.
        overdue = true;
        child.kill('SIGKILL');
        setTimeout(() => resolve({ exitCode: null, signal: null, failure: 'it did not end' }), 2000).unref();
      },
      timerMilliseconds(job.deadlineSeconds + graceSeconds),
    );
  });
  const stop = (): void => child.kill('SIGKILL');
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted) stop();

  try {
    await options.onStart?.(child.pid);
    child.stdin.write(`${JSON.stringify(job)}\n`);
    const exit = await Promise.race([child.exited, lost]);
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    const late = overdue || seconds >= job.deadlineSeconds;
    const remedy = options.overdueRemedy ?? raiseTimeLimit;
    const overdueText = late ? `It was ended after ${job.deadlineSeconds} s. ${remedy}` : null;
    const outcome: Outcome<Answer> = outcomeOf(message, exit, child.stderrTail(), overdueText);
    return 'answer' in outcome ? outcome : { ...outcome, scene: sceneOf(message, killsBefore) };
  } finally {
    clearTimeout(lostTimer);
    options.signal?.removeEventListener('abort', stop);
    child.stdin.destroy();
  }
}

/** What there was of memory when the process failed. */
function sceneOf<Answer>(message: Message<Answer> | null, killsBefore: number | null): FailureScene {
  const kills = memoryKills();
  return {
    host: message?.dyno === 'error' ? (message.host ?? null) : null,
    memoryKills: kills === null || killsBefore === null ? null : kills - killsBefore,
  };
}

/** `overdueText`: what to say of a process that was ended at its deadline; null for one that was not. */
function outcomeOf<Answer>(
  message: Message<Answer> | null,
  exit: ChildExit,
  stderrTail: string,
  overdueText: string | null,
): Outcome<Answer> {
  if (message?.dyno === 'answer') return { answer: message.answer };
  const because = (code: string, text: string) => ({ cause: makeCause(code, text, exit, stderrTail) });
  if (message?.dyno === 'error') return because(message.code, message.message);
  if (overdueText !== null) return because('TIME_LIMIT', overdueText);
  const { signal, exitCode } = exit;
  if (signal === null) return because('NO_ANSWER', `The process ended with exit code ${exitCode} and no answer.`);
  if (signal === 'SIGKILL') {
    return because(
      'KILLED',
      'The process was killed from outside (SIGKILL), most often by the kernel for want of memory. Check dmesg and the memory limit of the container.',
    );
  }
  if (requests.has(signal)) {
    return because(
      'KILLED',
      `The process was ended from outside (${signal}): by a kill, a service manager, or a terminal that was closed. Run it again.`,
    );
  }
  return because(
    'NATIVE_CRASH',
    `The process crashed in native code (${signal}). Its last words are in stderrTail; try the model alone with "dyno bench --model".`,
  );
}

function makeCause(code: string, message: string, exit: ChildExit, stderrTail: string): Cause {
  return explainedCause({
    code,
    message,
    exitCode: exit.exitCode,
    signal: exit.signal,
    stderrTail: stderrTail.trim(),
  });
}
