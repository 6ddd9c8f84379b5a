import { singleStream } from './single-stream.ts';

/**
 * One query of several items at a time, the next scheduled when the one before is done (MLPerf's multi-stream). How many inferences serve a
 * query is the business of whoever issues it: its latency lasts until the last of them is done.
 */
export const multiStream = singleStream;
