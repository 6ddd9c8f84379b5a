import type { LoadOptions } from './backend.ts';

/**
 * The graph transformers of ONNX Runtime 1.30 that merge operators, by the names that `optimization.disable_specified_optimizers`
 * knows (`graph_transformer_utils.cc` and the transformers' own files). Each was seen to take effect on a graph that holds its
 * pattern, but for AttentionFusion, EmbedLayerNormFusion and FastGeluFusion: no such graph was found for the CPU on x64, and they stand
 * here for graphs and machines where they do. What merely cleans up (eliminations, constant folding, common subexpressions) is no
 * fusion and stays on, as do the transformers of quantised graphs (QDQ…), without which int8 would not be computed in int8.
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
 * The transformers that change the memory layout: convolutions in blocks of channels (NCHWc), and channels last (NHWC). NCHWc merges
 * activations and additions by itself, and turns a lone BatchNormalization into another convolution, so that without it
 * fusion cannot be switched off.
 *
 * On x64, NhwcTransformer leaves graphs of 32-bit floats alone. Of a quantised graph it puts convolutions, poolings and additions into channels
 * last, with a Transpose at either end. It is a layout and nothing that 8 bits need: without it the same 53 of 53 convolutions of ResNet-50
 * are QLinearConv, in the file's own layout. They take longer so: 1.20 × [1.20, 1.21] at batch 1 and 1.29 × [1.24, 1.43] at batch 8 (medians
 * of interleaved pairs with 95 % intervals; U8S8 by channel, one thread with AVX-512 VNNI, ONNX Runtime 1.30). That is the factor which the
 * axis `layout` is there to tell, so that `plain` and `fusion: off` disable it as they do NCHWc, which gains as much in 32-bit floats.
 */
export const layoutTransformers = ['NchwcTransformer', 'NhwcTransformer'] as const;

/**
 * Value of `optimization.disable_specified_optimizers` for a setting of fusion and layout; null: nothing is disabled. With a comma for the
 * semicolon nothing would be disabled either.
 */
export function disabledTransformers({ fusion, layout }: Pick<LoadOptions, 'fusion' | 'layout'>): string | null {
  if (fusion === 'off') return [...operatorFusions, ...layoutTransformers].join(';');
  return layout === 'plain' ? layoutTransformers.join(';') : null;
}
