/** How a picture lies in a tensor. */
export interface TensorLayout {
  readonly width: number;
  readonly height: number;
  readonly color: 'rgb' | 'bgr' | 'gray';
  readonly layout: 'nchw' | 'nhwc';
  /** Byte value around a picture that is smaller than the tensor. */
  readonly padding: number;
  /** Where a picture of another size lies: around the middle (default), or from the top left corner on. */
  readonly align?: 'middle' | 'corner';
}
