import type { DetectSettings } from '../../../src/engine/settings.ts';

/** The settings that a suite has when it says `kind: detect` and nothing else. */
export const detection: DetectSettings = {
  kind: 'detect',
  boxes: null,
  scores: null,
  layout: 'rows',
  objectness: false,
  boxFormat: 'xyxy',
  normalized: false,
  scoreThreshold: 0.25,
  iouThreshold: 0.45,
  maxDetections: 300,
  perClass: true,
  soft: null,
  activation: 'none',
  background: null,
};
