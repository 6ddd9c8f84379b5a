import { bertBase } from './bert-base.ts';
import { digits } from './digits.ts';
import { mobilenetV2 } from './mobilenet-v2.ts';
import { ocr } from './ocr.ts';
import { ocrAngle } from './ocr-angle.ts';
import { ocrDetect } from './ocr-detect.ts';
import { ocrRecognise } from './ocr-recognise.ts';
import { oneNode } from './one-node.ts';
import { resnet50 } from './resnet50.ts';
import { resnet50Exported } from './resnet50-exported.ts';
import { resnet152 } from './resnet152.ts';
import { ssdlite } from './ssdlite.ts';
import type { Workload } from './workload.ts';

/** The workloads that come with Dyno, in the order in which lists show them. */
export const builtInWorkloads: readonly Workload[] = [
  digits,
  resnet50,
  resnet50Exported,
  resnet152,
  mobilenetV2,
  ssdlite,
  bertBase,
  ocrDetect,
  ocrAngle,
  ocrRecognise,
  ocr,
  oneNode,
];
