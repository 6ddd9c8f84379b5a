import type { Picture } from '../preprocess/picture.ts';
import type { Implementations } from './operator.ts';
import { type Affine, type Sampling, warpAffine } from './warp.ts';

/** Operators that keep straight lines straight and parallel ones parallel. All work around the middle of the picture. */
export const affine: Implementations<'rotate' | 'translate' | 'scale' | 'shear' | 'affine'> = {
  rotate: (picture, { degrees, ...sampling }) => moved(picture, { ...still, degrees }, sampling),
  translate: (picture, { x, y, ...sampling }) => moved(picture, { ...still, x, y }, sampling),
  scale: (picture, { factor, ...sampling }) => moved(picture, { ...still, factor }, sampling),
  shear: (picture, { x, y, ...sampling }) => moved(picture, { ...still, shear_x: x, shear_y: y }, sampling),
  affine: (picture, { degrees, factor, x, y, shear_x, shear_y, ...sampling }) =>
    moved(picture, { degrees, factor, x, y, shear_x, shear_y }, sampling),
};

interface Motion {
  readonly degrees: number;
  readonly factor: number;
  /** Shares of width and height. */
  readonly x: number;
  readonly y: number;
  readonly shear_x: number;
  readonly shear_y: number;
}

const still: Motion = { degrees: 0, factor: 1, x: 0, y: 0, shear_x: 0, shear_y: 0 };

function moved(picture: Picture, motion: Motion, sampling: Sampling): Picture {
  return warpAffine(picture, inverse(forward(picture, motion)), sampling);
}

/**
 * Where a pixel of the source goes: T(middle + shift) · R(degrees) · S(factor) · K(shear) · T(−middle), with y downwards, so that a
 * positive angle turns counter-clockwise for the eye. A shear by φ moves x by y · tan φ.
 */
function forward({ width, height }: Picture, { degrees, factor, x, y, shear_x, shear_y }: Motion): Affine {
  const middleX = (width - 1) / 2;
  const middleY = (height - 1) / 2;
  const cos = Math.cos(radians(degrees)) * factor;
  const sin = Math.sin(radians(degrees)) * factor;
  const leanX = Math.tan(radians(shear_x));
  const leanY = Math.tan(radians(shear_y));
  const a = cos + sin * leanY;
  const b = cos * leanX + sin;
  const d = -sin + cos * leanY;
  const e = -sin * leanX + cos;
  return [
    a,
    b,
    middleX + x * width - a * middleX - b * middleY,
    d,
    e,
    middleY + y * height - d * middleX - e * middleY,
  ];
}

/** The matrix that leads back. One that presses everything onto a line has none: then every place is outside (not a number). */
function inverse([a, b, c, d, e, f]: Affine): Affine {
  const determinant = a * e - b * d;
  const [ia, ib, id, ie] = [e / determinant, -b / determinant, -d / determinant, a / determinant];
  return [ia, ib, -(ia * c + ib * f), id, ie, -(id * c + ie * f)];
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
