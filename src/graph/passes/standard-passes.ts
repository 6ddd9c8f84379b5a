import { commonSubexpressions } from './common-subexpressions.ts';
import { constantFolding } from './constant-folding.ts';
import { deadCode } from './dead-code.ts';
import { foldIntoNextConvolution } from './fold-ahead.ts';
import { foldBatchNormalization, foldScaleAndShift } from './fold-linear.ts';
import { fuseActivations } from './fused-operators.ts';
import { recogniseGelu } from './gelu.ts';
import { recogniseHardSwish } from './hard-swish.ts';
import { hygiene } from './hygiene-pass.ts';
import { identity } from './identity.ts';
import { recogniseLayerNormalization } from './layer-normalization.ts';
import type { Pass } from './pass.ts';

export interface StandardPassesOptions {
  /**
   * Whether the operators that ONNX Runtime adds to the standard ones may be used: FusedConv, FusedGemm, Gelu and FastGelu before version 20,
   * LayerNormalization before version 17. Only for models that will run there.
   */
  readonly contrib: boolean;
}

/**
 * All passes in the order in which they serve each other: order and constants first, then what makes equal things equal, then what joins
 * nodes, the engine's own operators behind the standard ones, and at last what nothing uses any more.
 */
export function standardPasses({ contrib }: StandardPassesOptions): readonly Pass[] {
  return [
    hygiene,
    identity,
    constantFolding,
    commonSubexpressions,
    foldBatchNormalization,
    foldScaleAndShift,
    recogniseHardSwish,
    foldIntoNextConvolution,
    recogniseLayerNormalization({ contrib }),
    recogniseGelu({ contrib }),
    ...(contrib ? [fuseActivations] : []),
    deadCode,
  ];
}

/** Those of the passes above that join operators; the others clean. */
const joining: ReadonlySet<string> = new Set(
  [
    foldBatchNormalization,
    foldScaleAndShift,
    recogniseHardSwish,
    foldIntoNextConvolution,
    recogniseLayerNormalization({ contrib: true }),
    recogniseGelu({ contrib: true }),
    fuseActivations,
  ].map(({ name }) => name),
);

/** How often passes joined operators, of what `runPasses` counted. */
export function joinedCount(counts: Readonly<Record<string, number>>): number {
  return Object.entries(counts).reduce((sum, [name, count]) => sum + (joining.has(name) ? count : 0), 0);
}
