/** Why a node stays in floats. */
export type FloatReason =
  | 'EXCLUDED'
  | 'OPERATOR_NOT_QUANTIZABLE'
  | 'NORMALIZATION_NOT_FOLDED'
  | 'INPUT_NOT_QUANTIZED'
  | 'INPUT_CONSTANT'
  | 'WEIGHT_NOT_CONSTANT'
  | 'WEIGHT_UNSUPPORTED'
  | 'BIAS_UNSUPPORTED'
  | 'ATTRIBUTES_UNSUPPORTED'
  | 'OPSET_TOO_OLD';

/** What becomes of a node. `dropped`: an activation function that the range of its output makes needless, as the one before it saturates. */
export interface NodeDecision {
  readonly node: string;
  readonly operator: string;
  readonly becomes: 'int8' | 'dropped' | 'float';
  /** null where it does not stay in floats. */
  readonly reason: FloatReason | null;
}
