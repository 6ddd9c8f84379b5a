import * as z from 'zod';

const output = z.string().min(1).optional();
const share = z.number().min(0).max(1).optional();

/** What becomes of the outputs, as it stands in a suite; `settlePostprocess` has the defaults. */
export const postprocess = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none').meta({ description: 'The outputs are left as they are.' }) }),
  z.strictObject({
    kind: z.literal('classify').meta({ description: 'The output holds a score for each class.' }),
    output: output.meta({ description: 'Output with the scores; left out: the first.' }),
    softmax: z
      .boolean()
      .optional()
      .meta({ description: 'Whether scores are turned into probabilities. Default: true.' }),
    top_k: z.int().min(1).max(1000).optional(),
  }),
  z.strictObject({
    kind: z.literal('ctc').meta({
      description:
        'The output [N, steps, 1 + characters] holds a score a step for each character, the blank first (text).',
    }),
    output: output.meta({ description: 'Output with the scores; left out: the first.' }),
    characters: z
      .union([
        z.string().min(1),
        z.strictObject({
          file: z.string().min(1).meta({ description: 'A path, relative to the suite file: a character a line.' }),
          space: z
            .boolean()
            .optional()
            .meta({ description: 'Whether a blank follows as the last character (PaddleOCR). Default: false.' }),
        }),
      ])
      .meta({ description: 'The characters in the order of the classes: a string of them, or a file.' }),
    softmax: z.boolean().optional().meta({
      description: 'Whether scores are turned into probabilities. Default: false, the model ends in a softmax.',
    }),
    beam_width: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .meta({ description: '1 (default): the best class of each step. More: prefix beam search.' }),
  }),
  z.strictObject({
    kind: z.literal('db').meta({
      description:
        'The output [N, 1, height, width] is a map of probabilities; regions that stand out are answered (text).',
    }),
    output: output.meta({ description: 'Output with the map; left out: the first.' }),
    threshold: share.meta({ description: 'Pixels above it belong to a region. Default: 0.3.' }),
    box_threshold: share.meta({ description: 'Regions whose mean is below it are dropped. Default: 0.6.' }),
    unclip_ratio: z
      .number()
      .min(0)
      .max(10)
      .optional()
      .meta({ description: 'Regions grow outwards by area * ratio / perimeter. Default: 1.5.' }),
    min_size: z
      .number()
      .min(0)
      .max(32_767)
      .optional()
      .meta({ description: 'Regions whose shorter side has fewer pixels are dropped. Default: 3.' }),
    max_candidates: z.int().min(1).max(100_000).optional().meta({ description: 'Default: 1000 regions.' }),
  }),
  z.strictObject({
    kind: z.literal('detect').meta({
      description: 'Boxes [N, anchors, 4] and scores [N, anchors, classes] become objects by non-maximum suppression.',
    }),
    boxes: output.meta({ description: 'Output with the boxes; left out: the first.' }),
    scores: output.meta({
      description:
        'Output with the scores; left out: the second. The same as boxes, or the only one: scores follow the four numbers of a box (YOLO).',
    }),
    layout: z
      .enum(['rows', 'columns'])
      .optional()
      .meta({ description: 'rows (default): [N, anchors, numbers]. columns: [N, numbers, anchors] (YOLOv8).' }),
    objectness: z.boolean().optional().meta({
      description: 'Whether one score for any object precedes those of the classes (YOLOv5). Default: false.',
    }),
    box_format: z
      .enum(['xyxy', 'xywh', 'cxcywh'])
      .optional()
      .meta({ description: 'Edges (default), left top width height, or centre width height.' }),
    normalized: z
      .boolean()
      .optional()
      .meta({ description: 'Whether boxes are shares of the picture instead of pixels. Default: false.' }),
    score_threshold: share.meta({ description: 'Default: 0.25.' }),
    iou_threshold: share.meta({ description: 'Boxes that share more with a better one are dropped. Default: 0.45.' }),
    max_detections: z.int().min(1).max(10_000).optional().meta({ description: 'Default: 300.' }),
    per_class: z
      .boolean()
      .optional()
      .meta({ description: 'Whether boxes suppress only those of their own class. Default: true.' }),
    soft: z
      .discriminatedUnion('method', [
        z.strictObject({
          method: z.literal('gaussian'),
          sigma: z.number().positive().max(100).optional().meta({ description: 'Default: 0.5.' }),
        }),
        z.strictObject({ method: z.literal('linear') }),
      ])
      .optional()
      .meta({ description: 'Scores of boxes that overlap a better one fall, instead of the box being dropped.' }),
    activation: z
      .enum(['none', 'sigmoid', 'softmax'])
      .optional()
      .meta({ description: 'What makes probabilities of the scores. Default: none, the model has it.' }),
    background: z.int().min(0).optional().meta({ description: 'Class that means no object (0 for SSD).' }),
  }),
]);

export type PostprocessFile = z.infer<typeof postprocess>;
