/** An error of a device, a driver, a library or the system that people meet, and what to do about it. */
export interface KnownError {
  /** For programs; stays the same. */
  readonly code: string;
  /** What it is called where it comes from. */
  readonly title: string;
  /** Texts by which it is recognised, each within one line. */
  readonly texts: readonly RegExp[];
  /** Its numbers in `cudaError_t` of CUDA 10.1 and newer. */
  readonly cuda?: readonly number[];
  /** Its numbers until CUDA 10.0, where they mean nothing else today. */
  readonly cudaBefore?: readonly number[];
  /** Its numbers in `hipError_t`. */
  readonly hip?: readonly number[];
  /** What it means, in one to three sentences. */
  readonly meaning: string;
  /** What to do: sentences, with the commands in them. */
  readonly remedy: string;
  /** Where this is documented. */
  readonly source: string;
}
