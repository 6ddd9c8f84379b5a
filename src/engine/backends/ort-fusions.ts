/**
 * The graph transformers of ONNX Runtime 1.30 that merge operators, by the names that `optimization.disable_specified_optimizers`
 * knows (`graph_transformer_utils.cc` and the transformers' own files). Each was seen to take effect on a graph that holds its
 * pattern, but for AttentionFusion, ConvAddActivationFusion, EmbedLayerNormFusion and FastGeluFusion: no such graph was found
 * for the CPU on x64, and they stand here for graphs and machines where they do. What merely cleans up (eliminations, constant
 * folding, common subexpressions) is no fusion and stays on, as do the transformers of quantised graphs (QDQ…), without which
 * int8 would not be computed in int8.
 */
export const operatorFusions = [
  // Convolutions
  'ConvBNFusion',
  'ConvMulFusion',
  'ConvAddFusion',
  'ConvActivationFusion',
  'ConvAddActivationFusion',
  'Pad_Fusion',
  // Matrix products
  'MatMulAddFusion',
  'MatMul_BatchNormalization_Fusion',
  'MatMulScaleFusion',
  'MatmulTransposeFusion',
  'GemmActivationFusion',
  'GemmSumFusion',
  'GemmTransposeFusion',
  // Transformers
  'AttentionFusion',
  'EmbedLayerNormFusion',
  'LayerNormFusionL1',
  'LayerNormFusionL2',
  'SimplifiedLayerNormFusion',
  'SkipLayerNormFusion',
  'GeluFusionL1',
  'GeluFusionL2',
  'BiasGeluFusion',
  'FastGeluFusion',
  'QuickGeluFusion',
  // Element by element, and shapes
  'FuseReluClip',
  'DivMulFusion',
  'NotWhereFusion',
  'ReshapeFusion',
  'GatherSliceToSplitFusion',
  'GatherToSliceFusion',
  'SliceConcatToSpaceToDepthFusion',
] as const;

/**
 * The transformers that change the memory layout: convolutions in blocks of channels (NCHWc), and channels last. NCHWc merges
 * activations and additions by itself, and turns a lone BatchNormalization into another convolution, so that without it
 * fusion cannot be switched off.
 */
export const layoutTransformers = ['NchwcTransformer', 'NhwcTransformer'] as const;

/** Value of `optimization.disable_specified_optimizers` for `fusion: off`. With a comma for the semicolon nothing is disabled. */
export const disabledForFusionOff = [...operatorFusions, ...layoutTransformers].join(';');
