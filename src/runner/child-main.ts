import { writeSync } from 'node:fs';
import { DynoError, errorText } from '../kernel/errors.ts';
import { readHostMemory } from '../kernel/host-memory.ts';
import { holdLifeline, readJob } from '../kernel/lifeline.ts';
import type { Message } from './job.ts';

/**
 * The frame of every process that the runner starts: reads its job, dies with its parent or at its deadline, answers in one
 * line on stdout. Ends the process: native libraries may hold threads that would keep it alive.
 */
export async function childMain<Job extends { deadlineSeconds: number }, Answer>(
  work: (job: Job) => Promise<Answer>,
): Promise<never> {
  let message: Message<Answer>;
  let exitCode = 0;
  try {
    const job = readJob<Job>();
    holdLifeline(job.deadlineSeconds);
    message = { dyno: 'answer', answer: await work(job) };
  } catch (error) {
    const code = error instanceof DynoError ? error.code : 'UNEXPECTED';
    // What memory there was tells the runner what there was too little of; it is another one when this process has ended.
    message = { dyno: 'error', code, message: errorText(error), host: readHostMemory() };
    // 3 tells the runner that the input is at fault and not the engine.
    exitCode = error instanceof DynoError ? error.exitCode : 1;
    if (!(error instanceof DynoError) && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  }
  // Synchronous, so that it is out before the exit; a pipe takes only a part of a long line at a time.
  const line = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let written = 0; written < line.length; ) {
    try {
      written += writeSync(1, line, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
  process.exit(exitCode);
}
