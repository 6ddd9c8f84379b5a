import type { ImageSize, Picture } from '../picture.ts';

/** A format that we decode ourselves. Both functions throw `MalformedImage`, and nothing else, whatever the bytes are. */
export interface OwnFormat {
  /** From the header alone: nothing of the image's size is allocated. */
  size(bytes: Uint8Array): ImageSize;
  /**
   * The whole image, parts that are transparent laid over black. Whoever calls it has found its size acceptable. Runs on the calling thread:
   * 12 megapixels take 0.1 to 0.4 s, where the image library would decode beside it.
   */
  decode(bytes: Uint8Array): Picture;
}
