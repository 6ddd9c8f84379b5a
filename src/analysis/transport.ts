import type { Case } from '../results/run.ts';
import type { Measured } from '../results/snapshot.ts';

/**
 * What the tensors of a query needed to travel to the process that computes, and back, over all finished rounds; null where the models compute
 * in the process that is measured.
 * @param serviceMean Mean service time of a query, in seconds.
 */
export function transportOf(reports: readonly Measured[], serviceMean: number): NonNullable<Case['transport']> | null {
  const known = reports.flatMap(({ transport, queries }) =>
    transport === undefined ? [] : [{ ...transport, queries }],
  );
  const [first] = known;
  if (first === undefined) return null;
  const total = (of: (one: (typeof known)[number]) => number) => known.reduce((sum, one) => sum + of(one), 0);
  const queries = total((one) => one.queries);
  const mean = total(({ seconds }) => seconds) / queries;
  return {
    unit: 's',
    mean,
    echo: total(({ echoSeconds, runs }) => echoSeconds * runs) / queries,
    share: mean / (first.inLatency ? serviceMean : serviceMean + mean),
    inLatency: first.inLatency,
  };
}

/**
 * Length of a window on the clock of the wall, by which the machine was sampled. The window's own clock stands still while tensors travel, where that
 * is in no latency.
 */
export function wallSeconds({ windowSeconds, transport }: Pick<Measured, 'windowSeconds' | 'transport'>): number {
  return transport === undefined || transport.inLatency ? windowSeconds : windowSeconds + transport.seconds;
}
