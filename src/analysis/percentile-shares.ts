import type { percentileShares } from '../stats/percentile.ts';

export { percentileShares } from '../stats/percentile.ts';

export type PercentileName = keyof typeof percentileShares;
