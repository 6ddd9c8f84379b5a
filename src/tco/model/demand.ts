import { checkBetween, checkPositive } from './check-figure.ts';

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

/** Mean requests a day in a year, counted from 1. */
export function requestsPerDay(demand: Demand, year: number): number {
  return demand.requestsPerDay * (1 + demand.growthPerYear) ** (year - 1);
}

/** Requests in a year, counted from 1. */
export function requestsInYear(demand: Demand, year: number): number {
  return requestsPerDay(demand, year) * daysPerYear;
}

/** Mean rate in a year, counted from 1, in items/s. */
export function averageRate(demand: Demand, year: number): number {
  return (requestsPerDay(demand, year) * demand.itemsPerRequest) / secondsPerDay;
}

/** Rate at the peak of a year, counted from 1, in items/s: what the fleet is sized for. */
export function peakRate(demand: Demand, year: number): number {
  return averageRate(demand, year) * demand.peakToAverage;
}
