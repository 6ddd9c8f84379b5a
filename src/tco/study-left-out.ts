import type { LeftOut } from './model/study-data.ts';
import type { CloudFile, OptionFile, OwnFile, SettledStudy } from './study-schema.ts';

/**
 * What the study does not count, option by option: what nobody stated, and what no study can state. A figure of 0 is stated: the reader has
 * been told that it is nothing.
 */
export function leftOutOf(study: SettledStudy): LeftOut[] {
  return study.options.flatMap((option) =>
    [...missingFrom(option, study), ...never].map((what): LeftOut => ({ option: option.name, what })),
  );
}

/** Outside of every study. */
const never = ['taxes', 'development and operation of the software'];

function missingFrom(option: OptionFile, study: SettledStudy): string[] {
  const parts = option.kind === 'own' ? partsOfOwn(option, study) : partsOfCloud(option);
  return parts.flatMap(([what, isStated]) => (isStated ? [] : [what]));
}

type Part = readonly [what: string, isStated: boolean];

function partsOfOwn({ machine, running, failures, facility, ...option }: OwnFile, study: SettledStudy): Part[] {
  const place = study.facilities?.[facility];
  return [
    ['server around the accelerators', machine.server_overhead !== undefined || machine.host_price !== undefined],
    ['network equipment', machine.network_share !== undefined],
    ['installation', machine.installation !== undefined],
    [
      'rent or building of the facility',
      place?.colocation_per_kw_month !== undefined || place?.site_per_kw !== undefined,
    ],
    ['maintenance and support', running?.maintenance_share !== undefined],
    ['staff', running?.staff_per_machine !== undefined],
    ['connectivity', running?.connectivity !== undefined],
    ['licences', running?.licences !== undefined],
    ['replacement of accelerators that fail', failures !== undefined],
    ['spare and redundant machines', option.spares !== undefined || option.redundant_machines !== undefined],
    ['what resale brings', machine.residual_share !== undefined],
    ['CO₂ of the electricity', place?.carbon_g_per_kwh !== undefined],
    ['CO₂ of making the machines', machine.embodied_kg_co2 !== undefined],
  ];
}

function partsOfCloud(option: CloudFile): Part[] {
  return [
    ['traffic out of the cloud', option.egress !== undefined],
    ['storage', option.storage_per_year !== undefined],
    ['redundant machines', option.redundant_machines !== undefined],
    ['staff', false],
    ['energy and CO₂ of the machines, which the seller pays for', false],
  ];
}
