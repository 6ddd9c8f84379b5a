import { checkBetween, checkPositive } from './check-figure.ts';
import { wholePower } from './whole-power.ts';

/** Days of a year, leap days included. */
export const daysPerYear = 365.25;
/** Hours of a year, leap days included. */
export const hoursPerYear = 24 * daysPerYear;
export const secondsPerDay = 86_400;

/** What has to be served. The mean stays as it is within a year and grows from one year to the next. */
export interface Demand {
  /** Requests a day, the mean of the first year. */
  readonly requestsPerDay: number;
  /** Growth from one year to the next as a share: 0.2 is 20 % more. */
  readonly growthPerYear: number;
  /** The rate that must still be served at the stated latency ÷ the mean of the same year, at least 1. */
  readonly peakToAverage: number;
  /** Items, such as images, in a request. */
  readonly itemsPerRequest: number;
}

/** Throws a RangeError unless the demand can be one. */
export function checkDemand({ requestsPerDay, growthPerYear, peakToAverage, itemsPerRequest }: Demand): void {
  checkPositive('requests a day', requestsPerDay);
  checkBetween('a growth a year', growthPerYear, -0.9, 10);
  checkBetween('a peak-to-average ratio', peakToAverage, 1, 1e6);
  checkPositive('items per request', itemsPerRequest);
}

/** What is asked for in one year. */
export interface Load {
  readonly requests: number;
  /** Mean rate, items/s. */
  readonly averageRate: number;
  /** Rate at the peak, items/s: what the fleet is sized for. */
  readonly peakRate: number;
}

/** The load of a year, counted from 1. */
export function loadIn(demand: Demand, year: number): Load {
  const requestsPerDay = demand.requestsPerDay * growthUntil(demand, year);
  const averageRate = (requestsPerDay * demand.itemsPerRequest) / secondsPerDay;
  return { requests: requestsPerDay * daysPerYear, averageRate, peakRate: averageRate * demand.peakToAverage };
}

/** Demand of a year, counted from 1, ÷ that of the first one. */
export function growthUntil({ growthPerYear }: Demand, year: number): number {
  return wholePower(1 + growthPerYear, year - 1);
}
