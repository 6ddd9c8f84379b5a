/**
 * Lets `clear` run when the process is told to stop (SIGINT, SIGTERM), which then stops as it would have: for programs that do nothing else about
 * signals. Returns what takes that back.
 */
export function onStop(clear: () => void): () => void {
  const stop = (signal: NodeJS.Signals): void => {
    forget();
    try {
      clear();
    } finally {
      process.kill(process.pid, signal);
    }
  };
  const forget = (): void => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return forget;
}
