export interface RateSearchBounds {
  /** Queries a second to begin with: above 0, best near to what the engine can take. */
  readonly start: number;
  /** No lower rate is tried. */
  readonly lowest: number;
  /** No higher rate is tried. */
  readonly highest: number;
}

/** The search ends when the step to the next rate is below this share of the rate. */
export const rateResolution = 0.01;

/**
 * The highest rate that passes, in queries a second; null when none from `lowest` on does. As LoadGen's FindPeakPerformance: the rate is doubled
 * until one fails (or, where already the first does, halved until one passes), then the stretch between the two is halved until the step is
 * below 1 %. Rates have three significant digits, so that what is found can be said. Takes for granted that what fails at a rate fails above it
 * too; where chance decides, near the edge, so does the answer: measure it again. `probe` is asked for one rate at a time and never twice for
 * the same. Where even `highest` passes, that is the answer.
 */
export async function searchRate(
  { start, lowest, highest }: RateSearchBounds,
  probe: (rate: number) => Promise<boolean>,
): Promise<number | null> {
  if (!(lowest > 0 && lowest <= highest && start > 0)) {
    throw new RangeError(`Expected rates above 0 with lowest <= highest, got ${start}, ${lowest}, ${highest}.`);
  }
  let rate = threeDigits(Math.min(Math.max(start, lowest), highest));
  let passing = 0;
  let failing = Number.POSITIVE_INFINITY;
  for (;;) {
    if (await probe(rate)) passing = rate;
    else failing = rate;
    const next = nextRate(passing, failing);
    if (next === null || passing >= highest || failing <= lowest) return passing > 0 ? passing : null;
    rate = threeDigits(Math.min(Math.max(next, lowest), highest));
    // Rounded to three digits, the next rate may be one that is known.
    if (rate === passing || rate === failing) return passing > 0 ? passing : null;
  }
}

/** null: the two are so close that no rate between them is worth a try. */
function nextRate(passing: number, failing: number): number | null {
  if (failing === Number.POSITIVE_INFINITY) return passing * 2;
  if (passing === 0) return failing / 2;
  const step = (failing - passing) / 2;
  return step < rateResolution * passing ? null : passing + step;
}

function threeDigits(rate: number): number {
  return Number(rate.toPrecision(3));
}
