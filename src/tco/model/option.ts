import { type CloudOption, checkCloud, walkCloud } from './cloud.ts';
import type { Demand } from './demand.ts';
import type { Ledger } from './ledger.ts';
import { checkOwned, type OwnedOption, walkOwned } from './owned.ts';

/** A way to serve the demand. */
export type Option = OwnedOption | CloudOption;

/** Throws a RangeError, led by the option's name, that says which figure cannot be. */
export function checkOption(option: Option): void {
  try {
    if (option.kind === 'owned') checkOwned(option);
    else checkCloud(option);
  } catch (error) {
    if (error instanceof RangeError) throw new RangeError(`${option.name}: ${error.message}`, { cause: error });
    throw error;
  }
}

/**
 * Writes the life of an option into the ledger, year by year. All figures come from here: tables, charts, simulation and break-evens differ
 * in the ledger alone. `serving`: machines a year instead of those that the peak needs.
 */
export function walkOption(
  option: Option,
  demand: Demand,
  ledger: Ledger,
  serving: readonly number[] | null = null,
): void {
  if (option.kind === 'owned') walkOwned(option, demand, ledger, serving);
  else walkCloud(option, demand, ledger, serving);
}
