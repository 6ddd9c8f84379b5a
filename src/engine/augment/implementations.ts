import { affine } from './affine.ts';
import { blur } from './blur.ts';
import type { OperatorName } from './catalogue.ts';
import { colour } from './colour.ts';
import { compression } from './compression.ts';
import { crop } from './crop.ts';
import { distortion } from './distortion.ts';
import { erasing } from './erasing.ts';
import { mix } from './mix.ts';
import { noise } from './noise.ts';
import type { Implementations } from './operator.ts';
import { tone } from './tone.ts';
import { turns } from './turns.ts';

/** The code of every operator of the catalogue: one that is missing, or not in the catalogue, does not compile. */
export const implementations: Implementations<OperatorName> = {
  ...turns,
  ...affine,
  ...distortion,
  ...crop,
  ...tone,
  ...colour,
  ...noise,
  ...compression,
  ...blur,
  ...erasing,
  ...mix,
};
