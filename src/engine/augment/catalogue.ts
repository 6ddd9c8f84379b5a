import { number, type Specification, whole, word } from './specification.ts';

/** What geometric operators do with the places that nothing of the picture falls on, and between its pixels. */
const sampling = {
  border: word(['constant', 'edge', 'reflect'], 'What lies outside: `fill`, the nearest pixel, or the mirror image.'),
  fill: number(0, 255, 0, 'Value of the places outside, with `border: constant`.'),
  interpolation: word(['linear', 'nearest'], 'Between the pixels.'),
};
const angle = number(-360, 360, [-15, 15], 'Counter-clockwise, in degrees.');
const shiftX = number(-1, 1, [-0.1, 0.1], 'To the right, as a share of the width.');
const shiftY = number(-1, 1, [-0.1, 0.1], 'Downwards, as a share of the height.');
const shearX = number(-80, 80, [-10, 10], 'Angle by which vertical lines lean, in degrees.');
const shearY = number(-80, 80, [-10, 10], 'Angle by which horizontal lines lean, in degrees.');
const placeX = number(0, 1, [0, 1], 'Where: 0 at the left, 1 at the right.');
const placeY = number(0, 1, [0, 1], 'Where: 0 at the top, 1 at the bottom.');
const padding = whole(0, 4096, 8, 'Pixels that are added on this side.');
const value = number(0, 255, 0, 'Value of what is erased.');
const filling = word(['constant', 'noise'], 'With `value`, or with values drawn for each byte.');

const geometric = {
  horizontal_flip: { family: 'geometric', description: 'Left becomes right.', parameters: {} },
  vertical_flip: { family: 'geometric', description: 'Top becomes bottom.', parameters: {} },
  rotate90: {
    family: 'geometric',
    description: 'Turns by quarters, counter-clockwise; an odd number exchanges width and height.',
    parameters: { turns: whole(0, 3, [1, 3], 'Quarters.') },
  },
  transpose: {
    family: 'geometric',
    description: 'Mirrors at the diagonal: rows become columns, width and height are exchanged.',
    parameters: {},
  },
  rotate: {
    family: 'geometric',
    description: 'Turns around the middle; the size stays.',
    parameters: { degrees: angle, ...sampling },
  },
  translate: { family: 'geometric', description: 'Shifts.', parameters: { x: shiftX, y: shiftY, ...sampling } },
  scale: {
    family: 'geometric',
    description: 'Zooms in (above 1) or out around the middle; the size stays.',
    parameters: { factor: number(0.05, 20, [0.9, 1.1], 'How many times as large.'), ...sampling },
  },
  shear: {
    family: 'geometric',
    description: 'Slants around the middle.',
    parameters: { x: shearX, y: shearY, ...sampling },
  },
  affine: {
    family: 'geometric',
    description: 'Shears, scales, turns and shifts, in this order, in one pass.',
    parameters: {
      degrees: angle,
      factor: number(0.05, 20, [0.9, 1.1], 'How many times as large.'),
      x: shiftX,
      y: shiftY,
      shear_x: shearX,
      shear_y: shearY,
      ...sampling,
    },
  },
  perspective: {
    family: 'geometric',
    description: 'Moves each corner inwards by a random part of `distortion` halves of the side.',
    parameters: {
      distortion: number(0, 0.9, [0.1, 0.5], 'How far a corner may move: 1 is to the middle.'),
      ...sampling,
    },
  },
  elastic: {
    family: 'geometric',
    description: 'Moves pixels by a random field that is smoothed (Simard and others, 2003).',
    parameters: {
      strength: number(0, 1000, [10, 40], 'Factor of the smoothed field of values from −1 to 1.'),
      smoothness: number(0.5, 64, 4, 'Deviation of the Gauss filter, in pixels.'),
      ...sampling,
    },
  },
  grid_distortion: {
    family: 'geometric',
    description: 'Stretches and squeezes the columns and rows of a grid at random.',
    parameters: {
      cells: whole(1, 64, 5, 'Columns and rows of the grid.'),
      strength: number(0, 0.9, 0.3, 'How much narrower or wider a cell may become, as a share of it.'),
      ...sampling,
    },
  },
  barrel_distortion: {
    family: 'geometric',
    description: 'Bends lines like a lens: outwards (barrel, above 0) or inwards (pincushion).',
    parameters: { amount: number(-0.9, 2, [-0.2, 0.2], 'Factor of the square of the radius.'), ...sampling },
  },
  crop: {
    family: 'geometric',
    description: 'Cuts out a part; the picture becomes smaller.',
    parameters: {
      width: number(0.01, 1, [0.8, 1], 'Share of the width that stays.'),
      height: number(0.01, 1, [0.8, 1], 'Share of the height that stays.'),
      x: placeX,
      y: placeY,
    },
  },
  random_resized_crop: {
    family: 'geometric',
    description: 'Cuts out a part and scales it to the size that the picture had.',
    parameters: {
      area: number(0.01, 1, [0.08, 1], 'Share of the area that stays.'),
      ratio: number(0.1, 10, [0.75, 1.3333], 'Width over height of the part, relative to the picture.'),
      x: placeX,
      y: placeY,
    },
  },
  pad: {
    family: 'geometric',
    description: 'Adds a border; the picture becomes larger.',
    parameters: {
      left: padding,
      top: padding,
      right: padding,
      bottom: padding,
      border: sampling.border,
      fill: sampling.fill,
    },
  },
} as const satisfies Readonly<Record<string, Specification>>;

const colour = {
  brightness: {
    family: 'colour',
    description: 'Multiplies every value.',
    parameters: { factor: number(0, 10, [0.8, 1.2], '0 is black, 1 leaves it.') },
  },
  contrast: {
    family: 'colour',
    description: 'Moves every value away from the mean brightness, or towards it.',
    parameters: { factor: number(0, 10, [0.8, 1.2], '0 is grey, 1 leaves it.') },
  },
  saturation: {
    family: 'colour',
    description: 'Moves every value away from the grey of its pixel, or towards it.',
    parameters: { factor: number(0, 10, [0.8, 1.2], '0 is without colour, 1 leaves it.') },
  },
  hue: {
    family: 'colour',
    description: 'Turns the colour circle (HSV).',
    parameters: { degrees: number(-360, 360, [-18, 18], 'By how much; 120 makes red green.') },
  },
  color_jitter: {
    family: 'colour',
    description: 'Brightness, contrast, saturation and hue, in this order.',
    parameters: {
      brightness: number(0, 10, [0.8, 1.2], 'Factor.'),
      contrast: number(0, 10, [0.8, 1.2], 'Factor.'),
      saturation: number(0, 10, [0.8, 1.2], 'Factor.'),
      hue: number(-360, 360, [-18, 18], 'Degrees.'),
    },
  },
  gamma: {
    family: 'colour',
    description: 'Raises every value, as a share of 255, to a power.',
    parameters: { power: number(0.05, 20, [0.8, 1.25], 'Above 1 is darker.') },
  },
  posterize: {
    family: 'colour',
    description: 'Keeps the upper bits of every value.',
    parameters: { bits: whole(1, 8, [4, 7], 'How many.') },
  },
  solarize: {
    family: 'colour',
    description: 'Inverts the values from a threshold on.',
    parameters: { threshold: number(0, 256, 128, 'The lowest value that is inverted.') },
  },
  invert: { family: 'colour', description: 'Black becomes white.', parameters: {} },
  autocontrast: {
    family: 'colour',
    description: 'Stretches the values of each channel to 0 … 255.',
    parameters: {},
  },
  equalize: {
    family: 'colour',
    description: 'Makes all values of each channel about equally frequent.',
    parameters: {},
  },
  grayscale: { family: 'colour', description: 'Grey of each pixel (BT.601); channels stay.', parameters: {} },
  channel_shuffle: {
    family: 'colour',
    description: 'Exchanges the channels.',
    parameters: {
      order: word(['rgb', 'rbg', 'grb', 'gbr', 'brg', 'bgr'], 'Which channels become red, green and blue.', [
        'rbg',
        'grb',
        'gbr',
        'brg',
        'bgr',
      ]),
    },
  },
  white_balance: {
    family: 'colour',
    description: 'Multiplies each channel.',
    parameters: {
      red: number(0, 10, [0.9, 1.1], 'Factor.'),
      green: number(0, 10, 1, 'Factor.'),
      blue: number(0, 10, [0.9, 1.1], 'Factor.'),
    },
  },
  temperature: {
    family: 'colour',
    description: 'Light of a black body of this temperature instead of one of 6500 K.',
    parameters: { kelvin: number(1700, 25_000, [4000, 9000], 'Below 6500 is warmer.') },
  },
  sharpness: {
    family: 'colour',
    description: 'Moves every value away from the smoothed picture, or towards it.',
    parameters: { factor: number(0, 10, [0.5, 2], '0 is smoothed, 1 leaves it.') },
  },
} as const satisfies Readonly<Record<string, Specification>>;

const noise = {
  gaussian_noise: {
    family: 'noise',
    description: 'Adds normally distributed noise to every value.',
    parameters: {
      mean: number(-255, 255, 0, 'Of the noise.'),
      deviation: number(0, 255, [2, 12], 'Of the noise, in values of 0–255.'),
    },
  },
  salt_and_pepper: {
    family: 'noise',
    description: 'Makes single pixels white or black.',
    parameters: {
      amount: number(0, 1, [0.005, 0.03], 'Share of the pixels.'),
      salt: number(0, 1, 0.5, 'Share of those that become white.'),
    },
  },
  speckle: {
    family: 'noise',
    description: 'Multiplies every value by 1 and normally distributed noise.',
    parameters: { deviation: number(0, 10, [0.05, 0.15], 'Of the noise, as a share of the value.') },
  },
  poisson_noise: {
    family: 'noise',
    description: 'Counts photons: the noise of a sensor in little light.',
    parameters: { photons: number(1, 1000, [30, 200], 'Mean count of a white value.') },
  },
  jpeg_compression: {
    family: 'noise',
    description: 'What JPEG loses: quantised cosine transform, colour at half resolution.',
    parameters: {
      quality: whole(1, 100, [30, 90], 'As libjpeg counts it.'),
      subsampling: word(['4:2:0', '4:4:4'], 'Resolution of the colour.'),
    },
  },
  pixelate: {
    family: 'noise',
    description: 'Replaces squares by their mean.',
    parameters: { size: whole(1, 256, [2, 8], 'Side of a square, in pixels.') },
  },
} as const satisfies Readonly<Record<string, Specification>>;

const blur = {
  box_blur: {
    family: 'blur',
    description: 'Mean of a square around each pixel.',
    parameters: { radius: whole(0, 64, [1, 3], 'The side is 2 × radius + 1.') },
  },
  gaussian_blur: {
    family: 'blur',
    description: 'Mean weighted by a normal distribution, cut off after three deviations.',
    parameters: { deviation: number(0, 32, [0.5, 2], 'In pixels.') },
  },
  motion_blur: {
    family: 'blur',
    description: 'Mean along a line, as of a moving camera.',
    parameters: {
      length: number(1, 128, [5, 15], 'Of the line, in pixels.'),
      degrees: number(-360, 360, [0, 180], 'Direction of the line, counter-clockwise from the right.'),
    },
  },
  median_blur: {
    family: 'blur',
    description: 'Median of a square around each pixel.',
    parameters: { radius: whole(0, 32, [1, 2], 'The side is 2 × radius + 1.') },
  },
  defocus: {
    family: 'blur',
    description: 'Mean of a disc around each pixel, as of a lens out of focus.',
    parameters: { radius: whole(0, 32, [1, 4], 'In pixels.') },
  },
} as const satisfies Readonly<Record<string, Specification>>;

const erasing = {
  cutout: {
    family: 'erasing',
    description: 'Erases one rectangle, which may reach over the edge.',
    parameters: {
      width: number(0, 1, 0.25, 'Share of the width.'),
      height: number(0, 1, 0.25, 'Share of the height.'),
      x: number(0, 1, [0, 1], 'Middle of the rectangle: 0 at the left edge, 1 at the right.'),
      y: number(0, 1, [0, 1], 'Middle of the rectangle: 0 at the upper edge, 1 at the lower.'),
      value,
    },
  },
  random_erasing: {
    family: 'erasing',
    description: 'Erases one rectangle within the picture, of a random area and form.',
    parameters: {
      area: number(0, 1, [0.02, 0.33], 'Share of the area.'),
      ratio: number(0.05, 20, [0.3, 3.3], 'Width over height.'),
      x: placeX,
      y: placeY,
      filling,
      value,
    },
  },
  grid_mask: {
    family: 'erasing',
    description: 'Erases squares of a regular grid.',
    parameters: {
      size: whole(2, 1024, [24, 64], 'Distance of the squares, in pixels.'),
      ratio: number(0, 1, 0.5, 'Side of a square as a share of that.'),
      x: number(0, 1, [0, 1], 'Where the grid begins, as a share of its distance.'),
      y: number(0, 1, [0, 1], 'Where the grid begins, as a share of its distance.'),
      value,
    },
  },
  coarse_dropout: {
    family: 'erasing',
    description: 'Erases several small rectangles at random places.',
    parameters: {
      holes: whole(0, 1000, [4, 12], 'How many.'),
      size: number(0, 1, [0.03, 0.08], 'Sides of each as a share of those of the picture.'),
      filling,
      value,
    },
  },
} as const satisfies Readonly<Record<string, Specification>>;

const mix = {
  mixup: {
    family: 'mix',
    description: 'Blends in another picture.',
    parameters: { share: number(0, 1, [0, 0.4], 'Of the other picture.') },
    others: 1,
  },
  cutmix: {
    family: 'mix',
    description: 'Replaces a rectangle by the same place of another picture.',
    parameters: {
      area: number(0, 1, [0.02, 0.4], 'Share of the area.'),
      ratio: number(0.1, 10, [0.5, 2], 'Width over height, relative to the picture.'),
      x: placeX,
      y: placeY,
    },
    others: 1,
  },
  mosaic: {
    family: 'mix',
    description: 'Puts the picture at the upper left and three others beside and below it, each scaled to its place.',
    parameters: {
      x: number(0, 1, [0.4, 0.6], 'Where the four meet, as a share of the width.'),
      y: number(0, 1, [0.4, 0.6], 'Where the four meet, as a share of the height.'),
    },
    others: 3,
  },
} as const satisfies Readonly<Record<string, Specification>>;

/** Every operator by name, family by family. Pure data: its code is in `implementations.ts`. */
export const catalogue = { ...geometric, ...colour, ...noise, ...blur, ...erasing, ...mix } as const;

export type OperatorName = keyof typeof catalogue;

export const operatorNames = Object.keys(catalogue) as OperatorName[];
