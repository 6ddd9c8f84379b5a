/** What money is spent on, in the order in which it is shown. */
export const costItems = [
  'accelerators',
  'hosts',
  'network_equipment',
  'installation',
  'site',
  'energy',
  'colocation',
  'maintenance',
  'staff',
  'connectivity',
  'licences',
  'replacement',
  'instances',
  'commitment',
  'egress',
  'storage',
  'residual',
] as const;
export type CostItem = (typeof costItems)[number];

/**
 * Where an option's life is written down as it is walked through. `time` is in years from the purchase: what is bought for year y is paid
 * at y − 1, what runs during it at y.
 */
export interface Ledger {
  /** Money paid, in the currency of the study; negative when it comes in. */
  pay(time: number, item: CostItem, amount: number): void;
  /** Requests served in the year that ends at `time`. */
  serve(time: number, requests: number): void;
  /** Energy drawn from the grid in the year that ends at `time`, PUE included, in kWh. */
  draw(time: number, kilowattHours: number): void;
  /** Machines bought. */
  buy(time: number, machines: number): void;
}
