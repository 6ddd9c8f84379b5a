/** A second signal within this time is the first one come twice: a terminal sends it to all, and npm passes it on once more. */
const echoMilliseconds = 1000;

/**
 * Runs `work` with a signal that SIGINT or SIGTERM aborts, and waits for it to stop cleanly. A second signal, more than a second
 * later, ends the process at once. Answers with the outcome and the name of the signal that came, or null.
 */
export async function untilSignal<T>(
  work: (signal: AbortSignal) => Promise<T>,
): Promise<{ readonly outcome: T; readonly signal: 'SIGINT' | 'SIGTERM' | null }> {
  const controller = new AbortController();
  let received: { readonly name: 'SIGINT' | 'SIGTERM'; readonly at: number } | null = null;
  const onSignal = (name: 'SIGINT' | 'SIGTERM'): void => {
    if (received === null) {
      received = { name, at: performance.now() };
      controller.abort(name);
    } else if (performance.now() - received.at > echoMilliseconds) {
      process.exit(name === 'SIGINT' ? 130 : 143);
    }
  };
  const onInterrupt = (): void => onSignal('SIGINT');
  const onTerminate = (): void => onSignal('SIGTERM');
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  try {
    const outcome = await work(controller.signal);
    return { outcome, signal: controller.signal.aborted ? controller.signal.reason : null };
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onTerminate);
  }
}
