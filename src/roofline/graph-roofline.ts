import { memoryOf } from '../graph/graph-memory.ts';
import type { GraphValues } from '../graph/graph-values.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import type { HardwareProfile } from '../hardware/profile.ts';
import type { PeakPrecision } from '../hardware/profile-schema.ts';
import { roofOf } from './cell.ts';
import { type Kernel, kernelsOf } from './graph-roofline-kernels.ts';

/** What takes most of a kernel's time at the least: its operations, its bytes, or being started. */
export const limits = ['compute', 'memory', 'launch'] as const;
export type Limit = (typeof limits)[number];

export interface KernelTime extends Kernel {
  readonly computeSeconds: number;
  readonly memorySeconds: number;
  /** max(compute, memory) + launch. */
  readonly seconds: number;
  readonly limit: Limit;
}

/** One way to run the graph, kernel after kernel. */
export interface GraphPass {
  readonly seconds: number;
  readonly bytes: number;
  /** Kernels and their seconds by what limits them. */
  readonly byLimit: Readonly<Record<Limit, { readonly kernels: number; readonly seconds: number }>>;
  readonly kernels: readonly KernelTime[];
}

/** Seconds that a device takes at least to start a kernel; what is not known is 0. */
export interface LaunchOverhead {
  readonly seconds: number;
  readonly source: string;
}

export interface GraphRoofline {
  /** Whatever an engine fuses or keeps in caches: operations at the peak, or weights, inputs and outputs passing through memory once. */
  readonly floor: { readonly seconds: number; readonly limit: Limit };
  /** See `Kernels`. */
  readonly fused: GraphPass;
  readonly eachNode: GraphPass;
  readonly operations: number;
  readonly launch: LaunchOverhead;
  readonly memory: {
    readonly weightBytes: number;
    readonly activationBytes: number;
    /** null: the profile does not state it. */
    readonly capacityBytes: number | null;
    /** Why the graph cannot run there; null: nothing is known against it. */
    readonly refusal: string | null;
  };
  readonly power: {
    /** null: the profile does not state it. */
    readonly designWatts: number | null;
    /** Of the peak, what the design power sustains: null, no profile states the energy of an operation. */
    readonly sustainedShare: null;
    readonly reason: string;
  };
  readonly uncounted: { readonly nodes: number; readonly reason: string | null };
}

const gpuLaunch: LaunchOverhead = {
  seconds: 0.5e-6,
  source:
    'assumed for a GPU: 0.5 µs a kernel of a graph that is handed over whole, as 3.4 µs for a kernel of 2.9 µs on a V100 (NVIDIA, "Getting Started with CUDA Graphs", 2019; figures from memory); started one by one, a kernel takes the host 5 to 20 µs (documentation of HolisticTraceAnalysis)',
};

/** What starting a kernel takes at least on a device. */
export function launchOverheadOf({ kind }: Pick<HardwareProfile, 'kind'>): LaunchOverhead {
  return kind === 'gpu' ? gpuLaunch : { seconds: 0, source: `not known for a ${kind}: counted as 0` };
}

/**
 * Seconds that a query takes at least on a device, from its graph: each kernel takes max(operations ÷ peak of the precision, bytes ÷ bandwidth)
 * and the time to start it (Williams, Waterman and Patterson, "Roofline", CACM 52(4), 2009). Floating-point values are taken to be kept
 * in the precision that is asked for. Operations are those of products of matrices and convolutions; what works element by element is bound by
 * its bytes, at no more than one operation for each of them on any device. Bytes pass through memory: a device whose cache holds
 * activations can be faster than the sum over kernels, not than the floor.
 * @returns null where the profile states no peak of the precision or no bandwidth.
 */
export function graphRoofline(
  model: OnnxModel,
  values: GraphValues,
  profile: HardwareProfile,
  precision: PeakPrecision,
  launch: LaunchOverhead = launchOverheadOf(profile),
): GraphRoofline | null {
  const roof = roofOf({ profile, precision });
  if (roof === null) return null;
  const { peakOperationsPerSecond: peak, bandwidthBytesPerSecond: bandwidth } = roof;
  const stored = inPrecision(values, precision);
  const { eachNode, fused, uncounted } = kernelsOf(model, stored);
  const pass = (kernels: readonly Kernel[]) => passOf(kernels.map((one) => timed(one, peak, bandwidth, launch)));
  const memory = memoryOf(model, stored);
  const operations = eachNode.reduce((sum, one) => sum + one.operations, 0);
  const computing = operations / peak;
  const moving = memory.passingBytes / bandwidth;
  return {
    floor: { seconds: Math.max(computing, moving), limit: computing >= moving ? 'compute' : 'memory' },
    fused: pass(fused),
    eachNode: pass(eachNode),
    operations,
    launch,
    memory: capacityOf(memory, profile),
    power: {
      designWatts: profile.powerWatts.design.value,
      sustainedShare: null,
      reason: 'the profile states no energy of an operation: the peak is taken to be sustained',
    },
    uncounted,
  };
}

const storedAs: Readonly<Record<PeakPrecision, string>> = {
  fp32: 'float32',
  tf32: 'float32',
  fp16: 'float16',
  bf16: 'bfloat16',
  int8: 'int8',
  fp8: 'float8e4m3fn',
  fp4: 'float4e2m1',
};

/** Floating-point values as a precision stores them; integers, such as those of a quantised graph, stay. */
export function inPrecision({ shapes, types }: GraphValues, precision: PeakPrecision): GraphValues {
  const floats = new Set(['float64', 'float32', 'float16', 'bfloat16']);
  const stored = [...types].map(([name, type]): [string, string] => [
    name,
    floats.has(type) ? storedAs[precision] : type,
  ]);
  return { shapes, types: new Map(stored) };
}

function timed(kernel: Kernel, peak: number, bandwidth: number, launch: LaunchOverhead): KernelTime {
  const computeSeconds = kernel.operations / peak;
  const memorySeconds = kernel.bytes / bandwidth;
  const seconds = Math.max(computeSeconds, memorySeconds) + launch.seconds;
  const larger = computeSeconds >= memorySeconds ? 'compute' : 'memory';
  const limit = launch.seconds > Math.max(computeSeconds, memorySeconds) ? 'launch' : larger;
  return { ...kernel, computeSeconds, memorySeconds, seconds, limit };
}

function passOf(kernels: readonly KernelTime[]): GraphPass {
  const total = (some: readonly KernelTime[]) => some.reduce((sum, { seconds }) => sum + seconds, 0);
  const of = (limit: Limit) => {
    const some = kernels.filter((one) => one.limit === limit);
    return { kernels: some.length, seconds: total(some) };
  };
  return {
    seconds: total(kernels),
    bytes: kernels.reduce((sum, { bytes }) => sum + bytes, 0),
    byLimit: { compute: of('compute'), memory: of('memory'), launch: of('launch') },
    kernels,
  };
}

function capacityOf(
  { weightBytes, activationBytes }: { readonly weightBytes: number; readonly activationBytes: number },
  profile: HardwareProfile,
): GraphRoofline['memory'] {
  const capacityBytes = profile.memory.capacityBytes.value;
  const needed = weightBytes + activationBytes;
  const refusal =
    capacityBytes === null || needed <= capacityBytes
      ? null
      : `does not fit: needs ${decimalBytes(needed)} (weights ${decimalBytes(weightBytes)}), has ${decimalBytes(capacityBytes)}`;
  return { weightBytes, activationBytes, capacityBytes, refusal };
}

/** As data sheets count memory: 24.1 GB are 24.1 × 10⁹ bytes. */
function decimalBytes(bytes: number): string {
  const [unit, name] = bytes >= 1e9 ? [1e9, 'GB'] : bytes >= 1e6 ? [1e6, 'MB'] : [1e3, 'kB'];
  return `${Number((bytes / unit).toPrecision(3))} ${name}`;
}
