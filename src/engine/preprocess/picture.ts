/** A decoded image: 8 bits a channel, sRGB or grey, row by row from the top, channels interleaved. */
export interface Picture {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** 1 (grey) or 3 (red, green, blue). */
  readonly channels: number;
}

/** In pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}
