import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readyStep } from '../../../src/engine/augment/augmenter.ts';
import { operatorNames } from '../../../src/engine/augment/catalogue.ts';
import type { Given } from '../../../src/engine/augment/specification.ts';
import type { Picture } from '../../../src/engine/preprocess/picture.ts';
import { generator } from '../../../src/stats/random.ts';

interface Packed {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** In base64. */
  readonly pixels: string;
}

interface Golden {
  readonly operator: string;
  readonly parameters: Readonly<Record<string, Given>>;
  /** Library that made the expected picture. */
  readonly oracle: string;
  readonly seed: number;
  /** How far a value may be from the expected one. */
  readonly tolerance: number;
  readonly picture: number;
  readonly others: readonly number[];
  readonly expected: Packed;
}

const { pictures, cases } = JSON.parse(readFileSync(new URL('../../golden/augment.json', import.meta.url), 'utf8')) as {
  readonly pictures: readonly Packed[];
  readonly cases: readonly Golden[];
};

test.each(cases.map((golden) => [`${golden.operator} ${JSON.stringify(golden.parameters)}`, golden] as const))(
  '%s gives what the reference implementation gives',
  (_, { operator, parameters, seed, tolerance, picture, others, expected }) => {
    const step = readyStep({ operator, probability: 1, parameters });
    const made = step.run(given(picture), generator(seed), others.map(given));
    expect([made.width, made.height, made.channels]).toEqual([expected.width, expected.height, expected.channels]);
    const wanted = unpacked(expected).pixels;
    const differences = Array.from(made.pixels, (byte, place) => Math.abs(byte - (wanted[place] ?? Number.NaN)));
    expect(Math.max(...differences)).toBeLessThanOrEqual(tolerance);
    // A tolerance is for how numbers are cut, which is as often up as down: not for another picture.
    expect(differences.reduce((sum, one) => sum + one, 0) / differences.length).toBeLessThan(1);
  },
);

test('every operator is compared with a reference implementation', () => {
  const compared = new Set(cases.map(({ operator }) => operator));
  expect(operatorNames.filter((name) => !compared.has(name))).toEqual([]);
});

test('no case expects the picture that it begins with', () => {
  const same = cases.filter(({ picture, expected }) => pictures[picture]?.pixels === expected.pixels);
  expect(same.map(({ operator }) => operator)).toEqual([]);
});

function given(position: number): Picture {
  const packed = pictures[position];
  if (packed === undefined) throw new Error(`There is no picture ${position}.`);
  return unpacked(packed);
}

function unpacked({ width, height, channels, pixels }: Packed): Picture {
  return { width, height, channels, pixels: Uint8Array.from(Buffer.from(pixels, 'base64')) };
}
