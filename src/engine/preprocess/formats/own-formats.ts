import { bmp } from './bmp.ts';
import { ico } from './ico.ts';
import type { ImageFormat } from './image-format.ts';
import type { OwnFormat } from './own-format.ts';
import { pnm } from './pnm.ts';
import { qoi } from './qoi.ts';
import { tga } from './tga.ts';

/** The formats that the image library does not read. */
export const ownFormats: { readonly [Format in ImageFormat]?: OwnFormat } = { bmp, pnm, tga, qoi, ico };
