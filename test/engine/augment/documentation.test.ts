import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue, operatorNames } from '../../../src/engine/augment/catalogue.ts';
import type { Family, Parameter, Specification } from '../../../src/engine/augment/specification.ts';
import { packageFile } from '../../../src/kernel/package-root.ts';

const text = readFileSync(packageFile('docs', 'augmentation.md'), 'utf8');

const families: readonly Family[] = ['geometric', 'colour', 'noise', 'blur', 'erasing', 'mix'];

/** Parameters that many geometric operators share: the page tells them once. */
const shared = ['border', 'fill', 'interpolation'];

test.each(families)(
  'docs/augmentation.md lists the %s operators with their parameters as the catalogue has them',
  (family) => {
    const section = new RegExp(`^### ${family}\\n[\\s\\S]*?(\\| operator [\\s\\S]*?)(?=\\n\\n|\\n$)`, 'im').exec(text);
    expect(section?.[1]).toBe(tableOf(family));
  },
);

function tableOf(family: Family): string {
  const rows = operatorNames.flatMap((name) => {
    const specification: Specification = catalogue[name];
    if (specification.family !== family) return [];
    const parameters = Object.entries(specification.parameters)
      .filter(([parameter]) => !shared.includes(parameter))
      .map(([parameter, one]) => `\`${parameter}\` ${one.description} ${accepted(one)}`);
    return [`| \`${name}\` | ${specification.description} | ${parameters.join('<br>')} |`];
  });
  return ['| operator | does | parameters |', '| --- | --- | --- |', ...rows].join('\n');
}

function accepted(parameter: Parameter): string {
  const byDefault = JSON.stringify(parameter.default).replaceAll('"', '').replaceAll(',', ', ');
  const values = parameter.kind === 'word' ? parameter.words.join(', ') : `${parameter.low} to ${parameter.high}`;
  return `(${values}; default ${byDefault})`;
}
