/** When queries arrive, one after another. Made anew from the same settings and seed, it gives the same times. */
export interface ArrivalTimes {
  /** Seconds from the start of the schedule to the next arrival, never less than those before; Infinity when no more come. */
  next(): number;
}
