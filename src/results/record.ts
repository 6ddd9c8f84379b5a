/**
 * The record of one query (MLPerf's "sample" is our item): one row of a round's samples, 72 bytes in a segment.
 * Times are seconds from the start of the round's window on the monotonic clock.
 */
export interface QueryRecord {
  /** Number of the query within the window, from 0. */
  readonly query: number;
  /** Items that the query holds. */
  readonly items: number;
  /** Index of its first item in the workload's data. */
  readonly firstItem: number;
  /** 0: completed. 1: a query of the bare loop, not of the harness. */
  readonly kind: number;
  /** When it was due. */
  readonly scheduled: number;
  /** When the load generator let it go: `sent − scheduled` is the client's own lateness. */
  readonly sent: number;
  /** When the engine took it up: `started − sent` is how long it stood in the queue. Files of older versions have no queue and no column. */
  readonly started: number;
  readonly completed: number;
  /** Seconds of each stage; 0 for stages outside the case's scope. */
  readonly preprocess: number;
  readonly inference: number;
  readonly postprocess: number;
}

/** Columns of a query record in the order of the segment file: four int32, then seven float64. Units as base units; '' of what has none. */
export const queryColumns = [
  { name: 'query', type: 'int32', unit: '', description: 'Number of the query within the window, from 0.' },
  { name: 'items', type: 'int32', unit: 'items', description: 'Items that the query holds.' },
  { name: 'first_item', type: 'int32', unit: '', description: 'Index of its first item in the data of the workload.' },
  { name: 'kind', type: 'int32', unit: '', description: '0: through the harness; 1: of the bare loop.' },
  { name: 'scheduled', type: 'float64', unit: 's', description: 'When it was due, from the start of the window.' },
  { name: 'sent', type: 'float64', unit: 's', description: 'When the load generator let it go.' },
  { name: 'started', type: 'float64', unit: 's', description: 'When the engine took it up.' },
  { name: 'completed', type: 'float64', unit: 's', description: 'When its answer was there.' },
  { name: 'preprocess', type: 'float64', unit: 's', description: 'Length of its preprocessing; 0 outside the scope.' },
  { name: 'inference', type: 'float64', unit: 's', description: 'Length of its inference.' },
  {
    name: 'postprocess',
    type: 'float64',
    unit: 's',
    description: 'Length of its postprocessing; 0 outside the scope.',
  },
] as const;

export const kindOfHarness = 0;
export const kindOfBareLoop = 1;
