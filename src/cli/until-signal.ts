/**
 * Runs `work` with a signal that SIGINT or SIGTERM aborts, and waits for it to stop cleanly. A second signal ends the process at
 * once. Answers with the outcome and the name of the signal that came, or null.
 */
export async function untilSignal<T>(
  work: (signal: AbortSignal) => Promise<T>,
): Promise<{ readonly outcome: T; readonly signal: 'SIGINT' | 'SIGTERM' | null }> {
  const controller = new AbortController();
  let received: 'SIGINT' | 'SIGTERM' | null = null;
  const onSignal = (name: 'SIGINT' | 'SIGTERM'): void => {
    if (received !== null) process.exit(name === 'SIGINT' ? 130 : 143);
    received = name;
    controller.abort(name);
  };
  const onInterrupt = (): void => onSignal('SIGINT');
  const onTerminate = (): void => onSignal('SIGTERM');
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  try {
    return { outcome: await work(controller.signal), signal: received };
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onTerminate);
  }
}
