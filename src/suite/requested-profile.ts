/** A profile that `--profile` asked for, and what became of it. */
export interface RequestedProfile {
  /** As typed. */
  readonly asked: string;
  readonly id: string;
  readonly name: string;
  /** Said where the word left the variant open: which one was taken, which others there are. */
  readonly alias?: string;
  /** Whether the cases were run on that hardware. */
  readonly present: boolean;
  /** By what it was recognised, or why it is not here. */
  readonly why: string;
}
