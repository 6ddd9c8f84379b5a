import type { Case, RateSearch } from '../results/run.ts';
import type { CaseHistory } from './case-history.ts';
import type { Reasons } from './reasons.ts';

/** How the rate of a case was searched, for a case that asks for a search; nothing for others. Every null has its reason. */
export function rateSearch(
  { planned, search }: Pick<CaseHistory, 'planned' | 'search'>,
  reasons: Reasons,
): Pick<Case, 'search'> {
  if (planned.scenario.rate !== 'search') return {};
  if (search === null) return { search: reasons.withhold('search', 'NOT_SEARCHED') };
  const { probes, end } = search;
  if (end === null) reasons.withhold('search.rate', 'SEARCH_NOT_FINISHED');
  else if (end.rate === null) reasons.because('search.rate', end.reason ?? noRate);
  return {
    search: {
      rate: end?.rate ?? null,
      probes: probes.map(({ scenario, rate, passed, why, latency, measured }, index): RateSearch['probes'][number] => {
        const path = `search.probes.${index}`;
        if (why === null) reasons.withhold(`${path}.why`, 'WITHIN_LIMIT');
        if (latency === null) reasons.because(`${path}.latency`, why ?? tooFew);
        const { windowSeconds, queries } = measured;
        const tried = { rate, passed, why, seconds: windowSeconds, queries, latency };
        return scenario === undefined ? tried : { scenario, ...tried };
      }),
    },
  };
}

const noRate = { code: 'NO_RATE_WITHIN_LIMIT', need: null, have: null };
/** Of the first probe: it is to show the median, and does so without the percentile of the limit. */
const tooFew = { code: 'TOO_FEW_SAMPLES', need: null, have: null };
