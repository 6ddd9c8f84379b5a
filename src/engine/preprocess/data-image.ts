/** An encoded image that knows where in the data it stands: what augmentation draws for it depends on that, and on nothing else. */
export class DataImage {
  readonly bytes: Uint8Array;
  readonly index: number;
  /** Gets the image that stands `share` of the way through the data, 0 ≤ share < 1, to be mixed in. */
  readonly other: (share: number) => Promise<Uint8Array> | Uint8Array;

  constructor(bytes: Uint8Array, index: number, other: DataImage['other']) {
    this.bytes = bytes;
    this.index = index;
    this.other = other;
  }
}

/** An encoded image, with or without its place in the data. */
export type EncodedImage = Uint8Array | DataImage;

export function bytesOf(image: EncodedImage): Uint8Array {
  return image instanceof DataImage ? image.bytes : image;
}
