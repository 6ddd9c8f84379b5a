import { expect, test } from 'vitest';
import { createAugmenter, readyStep } from '../../../src/engine/augment/augmenter.ts';
import { catalogue, type OperatorName, operatorNames } from '../../../src/engine/augment/catalogue.ts';
import type { Specification } from '../../../src/engine/augment/specification.ts';
import type { Picture } from '../../../src/engine/preprocess/picture.ts';
import type { AugmentStep } from '../../../src/engine/settings.ts';
import { generator } from '../../../src/stats/random.ts';

const everything = operatorNames.map((operator) => step(operator, {}, 0.5));

test('an item is changed alike whatever was changed before it', async () => {
  const settings = { seed: 7, operators: everything };
  const fresh = await createAugmenter(settings).apply(pattern(40, 30), 3, other);
  const used = createAugmenter(settings);
  for (const item of [9, 1, 3, 250]) await used.apply(pattern(21, 17), item, other);
  expect(await used.apply(pattern(40, 30), 3, other)).toEqual(fresh);
});

test('another item, another seed or another place in the list changes a picture otherwise', async () => {
  const noise = step('gaussian_noise', { deviation: 20 });
  const still = step('brightness', { factor: 1 });
  const made = async (seed: number, item: number, operators: readonly AugmentStep[]) =>
    (await createAugmenter({ seed, operators }).apply(pattern(16, 16), item, null)).pixels.join();
  const variants = await Promise.all([
    made(1, 1, [noise]),
    made(2, 1, [noise]),
    made(1, 2, [noise]),
    made(1, 1, [still, noise]),
  ]);
  expect(new Set(variants).size).toBe(4);
});

test('what one operator draws does not depend on whether another drew', async () => {
  const noise = step('salt_and_pepper', { amount: 0.5 });
  const after = (probability: number) => {
    const operators = [step('translate', { x: [0, 0], y: 0 }, probability), noise];
    return createAugmenter({ seed: 3, operators }).apply(pattern(16, 16), 1, null);
  };
  // A shift by nothing, drawn or not.
  expect(await after(1)).toEqual(await after(0));
});

test('an operator is applied to about as many items as its probability says', async () => {
  const augmenter = createAugmenter({ seed: 5, operators: [step('invert', {}, 0.3)] });
  const picture = pattern(2, 2);
  let applied = 0;
  for (let item = 0; item < 2000; item++) {
    if ((await augmenter.apply(picture, item, null)) !== picture) applied++;
  }
  // 600 expected; deviation √(2000 × 0.3 × 0.7) = 20.5, five of which are 102.
  expect(Math.abs(applied - 600)).toBeLessThan(102);
});

test('a number is drawn from the whole of its range, and a whole one includes both ends', async () => {
  const shares = new Set<number>();
  const bits = new Set<string>();
  for (let seed = 0; seed < 200; seed++) {
    const posterized = readyStep(step('posterize', { bits: [1, 3] })).run(pattern(8, 8), generator(seed), []);
    bits.add(new Set(posterized.pixels).size.toString());
    const bright = readyStep(step('brightness', { factor: [0, 1] })).run(white(), generator(seed), []);
    shares.add(Math.floor((bright.pixels[0] ?? 0) / 64));
  }
  expect([...bits].sort()).toEqual(['2', '4', '8']);
  expect([...shares].sort()).toEqual([0, 1, 2, 3]);
});

test.each(operatorNames)(
  '%s leaves the given picture as it is and keeps its channels, grey or coloured',
  (operator) => {
    for (const channels of [1, 3]) {
      for (const [width, height] of [
        [23, 17],
        [1, 1],
        [2, 40],
      ] as const) {
        const picture = pattern(width, height, channels);
        const before = Uint8Array.from(picture.pixels);
        const ready = readyStep(step(operator, {}));
        const others = Array.from({ length: ready.others }, (_, index) => pattern(9 + index, 5, 4 - channels));
        for (let seed = 0; seed < 5; seed++) {
          const made = ready.run(picture, generator(seed), others);
          expect(made.channels).toBe(channels);
          expect(made.pixels.length).toBe(made.width * made.height * channels);
          expect(Math.min(made.width, made.height)).toBeGreaterThan(0);
        }
        expect(picture.pixels).toEqual(before);
      }
    }
  },
);

const identities: Readonly<Partial<Record<OperatorName, AugmentStep['parameters']>>> = {
  rotate90: { turns: 0 },
  rotate: { degrees: 0 },
  translate: { x: 0, y: 0 },
  scale: { factor: 1 },
  shear: { x: 0, y: 0 },
  affine: { degrees: 360, factor: 1, x: 0, y: 0, shear_x: 0, shear_y: 0 },
  perspective: { distortion: 0 },
  elastic: { strength: 0 },
  grid_distortion: { strength: 0 },
  barrel_distortion: { amount: 0 },
  crop: { width: 1, height: 1 },
  random_resized_crop: { area: 1, ratio: 1 },
  pad: { left: 0, top: 0, right: 0, bottom: 0 },
  brightness: { factor: 1 },
  contrast: { factor: 1 },
  saturation: { factor: 1 },
  hue: { degrees: 0 },
  color_jitter: { brightness: 1, contrast: 1, saturation: 1, hue: 0 },
  gamma: { power: 1 },
  posterize: { bits: 8 },
  solarize: { threshold: 256 },
  channel_shuffle: { order: 'rgb' },
  white_balance: { red: 1, green: 1, blue: 1 },
  temperature: { kelvin: 6500 },
  sharpness: { factor: 1 },
  gaussian_noise: { mean: 0, deviation: 0 },
  salt_and_pepper: { amount: 0 },
  speckle: { deviation: 0 },
  pixelate: { size: 1 },
  box_blur: { radius: 0 },
  gaussian_blur: { deviation: 0 },
  motion_blur: { length: 1 },
  median_blur: { radius: 0 },
  defocus: { radius: 0 },
  cutout: { width: 0 },
  random_erasing: { area: 0 },
  grid_mask: { ratio: 0 },
  coarse_dropout: { holes: 0 },
  mixup: { share: 0 },
  cutmix: { area: 0 },
  mosaic: { x: 1, y: 1 },
};

test.each(Object.entries(identities))('%s with %o changes nothing', (operator, parameters) => {
  const picture = pattern(23, 17);
  const ready = readyStep(step(operator, parameters));
  const others = Array.from({ length: ready.others }, () => pattern(30, 30));
  expect(ready.run(picture, generator(1), others)).toEqual(picture);
});

test('operators that undo themselves bring the picture back', () => {
  const picture = pattern(23, 17);
  for (const operator of ['horizontal_flip', 'vertical_flip', 'transpose', 'invert'] as const) {
    const { run } = readyStep(step(operator, {}));
    const once = run(picture, generator(1), []);
    expect(once.pixels).not.toEqual(picture.pixels);
    expect(run(once, generator(1), [])).toEqual(picture);
  }
});

test('the three others of a mosaic come from places that are drawn', async () => {
  const asked: number[] = [];
  const augmenter = createAugmenter({ seed: 1, operators: [step('mosaic', {})] });
  expect(augmenter.needsOthers).toBe(true);
  await augmenter.apply(pattern(8, 8), 0, async (share) => {
    asked.push(share);
    return pattern(8, 8);
  });
  expect(asked.length).toBe(3);
  expect(new Set(asked).size).toBe(3);
  for (const share of asked) expect(share >= 0 && share < 1).toBe(true);
});

test('mixing in another picture without one is refused', async () => {
  const augmenter = createAugmenter({ seed: 1, operators: [step('mixup', {})] });
  await expect(augmenter.apply(pattern(8, 8), 0, null)).rejects.toThrow('augment mixup: expected other pictures');
});

test.each([
  [step('rotat', {}), 'augment rotat: expected a known operator. Did you mean "rotate"?'],
  [
    step('rotate', { degree: 3 }),
    'augment rotate degree: expected a known parameter of it. Known: degrees, border, fill',
  ],
  [step('invert', { factor: 1 }), 'augment invert factor: expected a known parameter of it. Known: none.'],
  [step('rotate', { degrees: 400 }), 'augment rotate degrees: expected a number from -360 to 360, or [low, high]'],
  [step('rotate', { degrees: [5, -5] }), 'expected [low, high] with the lower number first, got [5,-5]'],
  [
    step('rotate', { degrees: ['a', 'b'] }),
    'expected a number from -360 to 360, or [low, high] to draw from, got ["a","b"]',
  ],
  [step('posterize', { bits: 2.5 }), 'augment posterize bits: expected a whole number from 1 to 8'],
  [
    step('rotate', { border: 'mirror' }),
    'expected one of constant, edge, reflect, or a list of them to draw from, got "mirror"',
  ],
  [step('invert', {}, 1.5), 'augment invert probability: expected a number from 0 to 1, got 1.5'],
  [step('constructor', {}), 'augment constructor: expected a known operator.'],
])('%o is refused with the operator, what was expected and what came', (operator, message) => {
  expect(() => createAugmenter({ seed: 1, operators: [operator] })).toThrow(message);
});

test('a seed that no generator takes is refused', () => {
  expect(() => createAugmenter({ seed: -1, operators: [] })).toThrow('augment seed: expected a whole number from 0');
});

test.each(operatorNames)('every default of %s lies within what it accepts', (operator) => {
  const specification: Specification = catalogue[operator];
  const defaults = Object.entries(specification.parameters).map(([name, parameter]) => [name, parameter.default]);
  expect(() => readyStep(step(operator, Object.fromEntries(defaults)))).not.toThrow();
});

function step(operator: string, parameters: AugmentStep['parameters'], probability = 1): AugmentStep {
  return { operator, probability, parameters };
}

async function other(share: number): Promise<Picture> {
  return pattern(10 + Math.floor(share * 30), 20);
}

function pattern(width: number, height: number, channels = 3): Picture {
  const pixels = Uint8Array.from(
    { length: width * height * channels },
    (_, place) => (place * 37 + (place >> 4) * 11) % 256,
  );
  return { pixels, width, height, channels };
}

function white(): Picture {
  return { pixels: new Uint8Array(3).fill(255), width: 1, height: 1, channels: 3 };
}
