import { type ChildExit, readLines, spawnNode } from '../kernel/child-process.ts';
import { builtScript } from '../kernel/package-root.ts';
import type { Cause } from '../results/events.ts';
import type { Message, Outcome } from './job.ts';

export interface TaskOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Told the process id as soon as it runs, before the job is handed over. */
  readonly onStart?: (pid: number) => Promise<void> | void;
  /** Aborting ends the process. */
  readonly signal?: AbortSignal;
}

/** The runner gives a child this long after its deadline, for the kernel to take it away. */
const graceSeconds = 5;

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
      (job.deadlineSeconds + graceSeconds) * 1e3,
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
    return outcomeOf(message, exit, child.stderrTail(), overdue || seconds >= job.deadlineSeconds, job.deadlineSeconds);
  } finally {
    clearTimeout(lostTimer);
    options.signal?.removeEventListener('abort', stop);
    child.stdin.destroy();
  }
}

function outcomeOf<Answer>(
  message: Message<Answer> | null,
  exit: ChildExit,
  stderrTail: string,
  overdue: boolean,
  deadlineSeconds: number,
): Outcome<Answer> {
  if (message?.dyno === 'answer') return { answer: message.answer };
  if (message?.dyno === 'error') return { cause: makeCause(message.code, message.message, exit, stderrTail) };
  if (overdue) {
    return {
      cause: makeCause(
        'TIME_LIMIT',
        `It was ended after ${deadlineSeconds} s. Give it longer with --set policy.time_limit=…, or ask for less.`,
        exit,
        stderrTail,
      ),
    };
  }
  if (exit.signal === 'SIGKILL') {
    return {
      cause: makeCause(
        'KILLED',
        'The process was killed from outside (SIGKILL), most often by the kernel for want of memory. Check dmesg and the memory limit of the container.',
        exit,
        stderrTail,
      ),
    };
  }
  if (exit.signal !== null) {
    return {
      cause: makeCause(
        'NATIVE_CRASH',
        `The process crashed in native code (${exit.signal}). Its last words are in stderrTail; try the model alone with "dyno bench --model".`,
        exit,
        stderrTail,
      ),
    };
  }
  return {
    cause: makeCause('NO_ANSWER', `The process ended with exit code ${exit.exitCode} and no answer.`, exit, stderrTail),
  };
}

function makeCause(code: string, message: string, exit: ChildExit, stderrTail: string): Cause {
  return {
    code,
    message,
    exitCode: exit.exitCode,
    signal: exit.signal,
    stderrTail: stderrTail.trim(),
  };
}
