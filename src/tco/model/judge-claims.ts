import type { ClaimsData } from './claims-data.ts';
import type { ClaimsOutcome } from './claims-outcome.ts';
import { judgeCostClaim } from './cost-claim.ts';
import { judgeVolumeClaim } from './volume-claim.ts';

/** Holds the claims against what the study computes. In Node and in the browser alike. Throws a RangeError for a figure that cannot be. */
export function judgeClaims(data: ClaimsData): ClaimsOutcome {
  return {
    claims: data.claims.map((claim) =>
      claim.kind === 'cost' ? judgeCostClaim(claim, data) : judgeVolumeClaim(claim, data),
    ),
  };
}
