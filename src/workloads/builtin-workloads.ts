import { digits } from './digits.ts';
import { oneNode } from './one-node.ts';
import { resnet50 } from './resnet50.ts';
import type { Workload } from './workload.ts';

/** The workloads that come with Dyno, in the order in which lists show them. */
export const builtInWorkloads: readonly Workload[] = [digits, resnet50, oneNode];
