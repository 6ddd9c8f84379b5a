import type { Fleet } from '../../tco/model/fleet.ts';
import type { OptionYear } from '../../tco/model/option-cost.ts';
import type { ShownOption } from './view.ts';

export const fleetRoles = ['serving', 'redundant', 'spares'] as const;
export type FleetRole = (typeof fleetRoles)[number];

/** Years in a row with the same fleet. */
export interface FleetStretch {
  /** `1`, `2–4`. */
  readonly years: string;
  readonly fleet: Fleet;
  /** Mean use of the serving machines in the year with the least, and in that with the most. */
  readonly used: readonly [least: number, most: number];
}

/** The fleets of an option over the years; those that follow each other and are alike are one. */
export function fleetStretches(years: readonly OptionYear[]): FleetStretch[] {
  const groups: OptionYear[][] = [];
  for (const one of years) {
    const group = groups.at(-1);
    const before = group?.[0];
    if (group !== undefined && before !== undefined && isAlike(before.fleet, one.fleet)) group.push(one);
    else groups.push([one]);
  }
  return groups.flatMap((group) => {
    const [first] = group;
    const last = group.at(-1);
    if (first === undefined || last === undefined) return [];
    const shares = group.map(({ utilisation }) => utilisation);
    return [
      {
        years: first === last ? String(first.year) : `${first.year}–${last.year}`,
        fleet: first.fleet,
        used: [Math.min(...shares), Math.max(...shares)] as const,
      },
    ];
  });
}

/** The roles that any machine has. */
export function rolesUsed(options: readonly ShownOption[]): FleetRole[] {
  return fleetRoles.filter((role) => options.some(({ years }) => years.some(({ fleet }) => fleet[role] > 0)));
}

function isAlike(one: Fleet, other: Fleet): boolean {
  return fleetRoles.every((role) => one[role] === other[role]);
}
