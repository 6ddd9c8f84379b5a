import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorText, InputError } from '../../kernel/errors.ts';
import type { Given } from '../augment/specification.ts';
import type { Picture } from '../preprocess/picture.ts';

/** What stands in the place of a model for the backend `operators`: which operator is run, and on what. Paths are relative to the file. */
export interface OperatorFile {
  readonly operator: string;
  readonly parameters: Readonly<Record<string, Given>>;
  /** Pictures as raw bytes, the first the one that is worked on, the others what is mixed in. */
  readonly pictures: readonly RawPicture[];
  /** The encoded image that is decoded; null for operators that take a picture. */
  readonly encoded: string | null;
}

export interface RawPicture {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** An operator with its data in memory. */
export interface OperatorInput {
  readonly operator: string;
  readonly parameters: OperatorFile['parameters'];
  readonly pictures: readonly Picture[];
  readonly encoded: Uint8Array | null;
}

/** @throws InputError `OPERATOR_INVALID` when the file is none, or what it names is not there. */
export function readOperatorFile(path: string): OperatorInput {
  const at = (file: string): Uint8Array => new Uint8Array(readFileSync(join(dirname(path), file)));
  try {
    const { operator, parameters, pictures, encoded } = JSON.parse(readFileSync(path, 'utf8')) as OperatorFile;
    return {
      operator,
      parameters,
      pictures: pictures.map(({ file, width, height, channels }) => {
        const pixels = at(file);
        if (pixels.length !== width * height * channels) {
          throw new Error(`${file}: expected ${width} × ${height} × ${channels} bytes, got ${pixels.length}`);
        }
        return { pixels, width, height, channels };
      }),
      encoded: encoded === null ? null : at(encoded),
    };
  } catch (cause) {
    throw new InputError(
      'OPERATOR_INVALID',
      `${path}: expected an operator for the backend operators, got something else (${errorText(cause)}). Take another backend for ONNX models.`,
      { cause },
    );
  }
}
