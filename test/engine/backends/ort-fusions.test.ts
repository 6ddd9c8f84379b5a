import { describe, expect, test } from 'vitest';
import { disabledTransformers, layoutTransformers, operatorFusions } from '../../../src/engine/backends/ort-fusions.ts';
import { fusionPatterns } from './fusion-patterns.ts';
import { optimizedOperators } from './ort-dump.ts';

const fusionOff = disabledTransformers({ fusion: 'off' }) ?? '';
const all = [...operatorFusions, ...layoutTransformers];

/** Named in the library's source; no graph was found on which the CPU provider of 1.30 applies them. */
const notSeen = ['AttentionFusion', 'EmbedLayerNormFusion', 'FastGeluFusion'];

test('every name is tried on a graph, but for those that were never seen to do anything', () => {
  expect(Object.keys(fusionPatterns).sort()).toEqual(all.filter((name) => !notSeen.includes(name)).sort());
});

describe.each(Object.entries(fusionPatterns))('%s', (name, build) => {
  test('is in effect when it is the only one left, and disabled by its name', async () => {
    const source = await optimizedOperators(build(), 'disabled', '');
    const off = await optimizedOperators(build(), 'all', fusionOff);
    const without = all.filter((other) => other !== name).join(';');
    expect(off).toEqual(source);
    expect(await optimizedOperators(build(), 'all', without)).not.toEqual(source);
  });
});
