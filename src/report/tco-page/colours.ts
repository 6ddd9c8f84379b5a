import type { CostItem } from '../../tco/model/ledger.ts';
import { color, dashes } from '../charts/theme.ts';

/** How an option is drawn, in every chart: by its place in the study, so that it keeps its colour when the order by cost changes. */
export interface OptionStyle {
  readonly color: string;
  /** Lines of more options than there are colours differ in their dashes. */
  readonly dash: readonly number[];
}

/** Of these, any two that stand beside each other differ in lightness, too. */
const hues = [
  color.fused,
  color.unfused,
  color.fusedByEngine,
  color.inference,
  color.first,
  color.fusedByGraph,
  color.postprocess,
  color.load,
];

export function optionStyle(place: number): OptionStyle {
  return {
    color: hues[place % hues.length] ?? color.other,
    dash: dashes[Math.floor(place / hues.length) % dashes.length] ?? [],
  };
}

/** Machines by what they are there for. */
export const fleetColor = { serving: color.fused, redundant: color.inference, spares: color.line } as const;

interface ItemStyle {
  readonly title: string;
  readonly color: string;
}

/** What a cost item is called, and its colour: blue is what is bought, green and amber what runs it, red and violet what is rented. */
export const itemStyles: Readonly<Record<CostItem, ItemStyle>> = {
  accelerators: { title: 'accelerators', color: 'var(--cost-accelerators)' },
  hosts: { title: 'servers around them', color: 'var(--cost-hosts)' },
  network_equipment: { title: 'network equipment', color: 'var(--cost-network)' },
  installation: { title: 'installation', color: 'var(--cost-installation)' },
  site: { title: 'building of the facility', color: 'var(--cost-site)' },
  energy: { title: 'energy', color: 'var(--cost-energy)' },
  colocation: { title: 'rent of the facility', color: 'var(--cost-colocation)' },
  maintenance: { title: 'maintenance', color: 'var(--cost-maintenance)' },
  staff: { title: 'staff', color: 'var(--cost-staff)' },
  connectivity: { title: 'connectivity', color: 'var(--cost-connectivity)' },
  licences: { title: 'licences', color: 'var(--cost-licences)' },
  replacement: { title: 'replacement', color: 'var(--cost-replacement)' },
  instances: { title: 'machines by the hour', color: 'var(--cost-instances)' },
  commitment: { title: 'committed machines', color: 'var(--cost-commitment)' },
  egress: { title: 'traffic out of the cloud', color: 'var(--cost-egress)' },
  storage: { title: 'storage', color: 'var(--cost-storage)' },
  residual: { title: 'resale', color: 'var(--cost-residual)' },
};
