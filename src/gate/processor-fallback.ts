import { formatSeconds } from '../units/format.ts';
import type { OperatorChange } from './operator-changes.ts';

/** The provider of ONNX Runtime that takes what no other one can. */
const processor = 'CPUExecutionProvider';

/**
 * Sentences on operators that head runs on the processor and base did not, where base ran on a device: it has no kernel for what head makes of the graph, or
 * was not given it, and every such operator copies its data to and fro. Told whatever its time is: it is a fault of its own.
 */
export function fallbackWarnings(changes: readonly OperatorChange[]): string[] {
  const types = changes.filter(({ node }) => node === null);
  const devices = [...new Set(types.flatMap(({ base }) => Object.keys(base?.providers ?? {})))].filter(
    (provider) => provider !== processor,
  );
  if (devices.length === 0) return [];
  return types.flatMap(({ operator, base, head }) => {
    const seconds = head?.providers[processor];
    if (seconds === undefined || base?.providers[processor] !== undefined) return [];
    const before = base === null ? 'which base does not have' : `in base on ${Object.keys(base.providers).join(', ')}`;
    return [
      `Head runs ${operator} on the processor (${processor}, ${formatSeconds(seconds)} a query), ${before}: its data are copied to and fro`,
    ];
  });
}
