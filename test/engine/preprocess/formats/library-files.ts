import { imageLibrary } from '../../../../src/engine/preprocess/image-library.ts';
import { generator, integer } from '../../../../src/stats/random.ts';

/** Small files of the seven formats that the image library reads, in more than one way of coding where there are several. */
export async function libraryFiles(): Promise<{ readonly format: string; readonly bytes: Uint8Array }[]> {
  const sharp = await imageLibrary();
  const random = generator(11);
  const raw = { width: 40, height: 30, channels: 3 } as const;
  const image = sharp(
    Uint8Array.from({ length: 40 * 30 * 3 }, (_, index) => (index % 120 < 60 ? integer(random, 256) : index % 251)),
    { raw },
  );
  const turned = image.clone().withMetadata({ orientation: 6 });
  const encoded = {
    jpeg: [
      image.clone().jpeg(),
      image.clone().jpeg({ progressive: true }),
      turned.clone().jpeg({ chromaSubsampling: '4:4:4' }),
    ],
    png: [
      image.clone().png(),
      image.clone().png({ progressive: true }),
      image.clone().png({ palette: true }),
      image.clone().ensureAlpha(0.5).png(),
    ],
    webp: [image.clone().webp(), image.clone().webp({ lossless: true }), turned.clone().ensureAlpha(0.5).webp()],
    gif: [image.clone().gif()],
    tiff: (['none', 'lzw', 'deflate', 'jpeg'] as const).map((compression) => turned.clone().tiff({ compression })),
    avif: [turned.clone().avif({ effort: 0 })],
  };
  const files = Object.entries(encoded).map(([format, images]) =>
    images.map(async (one) => ({ format, bytes: await one.toBuffer() })),
  );
  return [...(await Promise.all(files.flat())), { format: 'svg', bytes: Buffer.from(svgFile('40', '30')) }];
}

export function svgFile(width: string, height: string): string {
  return `<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 40 30">
  <defs><linearGradient id="g"><stop offset="0" stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient>
  <filter id="f"><feGaussianBlur stdDeviation="2"/></filter><g id="s"><circle cx="9" cy="9" r="5"/></g></defs>
  <rect width="40" height="30" fill="url(#g)"/><use href="#s" x="3" filter="url(#f)"/>
  <path d="M0 0 C 10 20 30 5 40 30 z" stroke="white" stroke-width="2" opacity="0.5" transform="rotate(10)"/>
</svg>
`;
}
