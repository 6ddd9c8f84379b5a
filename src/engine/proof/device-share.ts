import type { EffectiveField } from '../effective.ts';
import type { OperatorProfile, ProviderCalls } from './operator-profile.ts';

/** The execution provider of ONNX Runtime that each backend is, by the name that it has in operator profiles. */
export const providerOf: Readonly<Record<string, string>> = {
  'ort-cpu': 'CPUExecutionProvider',
  'ort-cuda': 'CUDAExecutionProvider',
  'ort-tensorrt': 'TensorrtExecutionProvider',
  'ort-webgpu': 'WebGpuExecutionProvider',
  wasm: 'CPUExecutionProvider',
  'python-onnxruntime': 'CPUExecutionProvider',
  'python-onnxruntime-coreml': 'CoreMLExecutionProvider',
  'python-onnxruntime-cuda': 'CUDAExecutionProvider',
  'python-onnxruntime-directml': 'DmlExecutionProvider',
  'python-onnxruntime-migraphx': 'MIGraphXExecutionProvider',
  'python-onnxruntime-openvino': 'OpenVINOExecutionProvider',
  'python-onnxruntime-rocm': 'ROCMExecutionProvider',
  'python-onnxruntime-tensorrt': 'TensorrtExecutionProvider',
};

/** What takes the nodes that a provider leaves, on the same device. */
const besideOf: Readonly<Record<string, readonly string[]>> = { TensorrtExecutionProvider: ['CUDAExecutionProvider'] };

/** Shares from 0 to 1 of what ran where it was meant to. */
export interface DeviceShare {
  /** Of the operators of the optimised graph; copies between the memories of processor and device are none. */
  readonly nodes: number;
  /** Of the time of all kernels, copies included, which are there only because something runs elsewhere. */
  readonly time: number;
}

/** The share of a run that these providers carried out; null: the profile holds no operator, or does not tell where they ran. */
export function deviceShare({ nodes }: OperatorProfile, providers: readonly string[]): DeviceShare | null {
  const operators = nodes.filter(({ operator }) => !isCopy(operator));
  if (operators.length === 0 || operators.some(({ provider }) => provider === null)) return null;
  const own = operators.filter(({ provider }) => provider !== null && providers.includes(provider));
  const seconds = (list: OperatorProfile['nodes']) => list.reduce((sum, node) => sum + node.seconds, 0);
  const [all, ofOwn] = [seconds(nodes), seconds(own)];
  return { nodes: own.length / operators.length, time: all === 0 ? own.length / operators.length : ofOwn / all };
}

/** `MemcpyFromHost`, `MemcpyToHost`. */
function isCopy(operator: string): boolean {
  return operator.startsWith('Memcpy');
}

/**
 * The backend's own name where kernels ran on its provider, and others only where that is meant: on what takes the nodes that it leaves on the same device, or on the
 * processor where that is allowed. Otherwise every provider with its share of the calls.
 */
export function backendInEffect(backend: string, calls: ProviderCalls, mayFallBack: boolean): EffectiveField {
  const all = Object.entries(calls);
  const total = all.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return { value: null, evidence: 'profile' };
  const own = providerOf[backend];
  const meant =
    own === undefined ? [] : [own, ...(besideOf[own] ?? []), ...(mayFallBack ? ['CPUExecutionProvider'] : [])];
  const isOwn = own !== undefined && Object.hasOwn(calls, own) && all.every(([name]) => meant.includes(name));
  const shares = all.map(([name, count]) => `${name} ${Math.round((100 * count) / total)} %`);
  return { value: isOwn ? backend : shares.join(', '), evidence: 'profile' };
}

/** How much of a run was the device's, for a backend that has one; nothing for those that compute on the processor anyway. */
export function deviceShareFields(backend: string, profile: OperatorProfile | null): Record<string, EffectiveField> {
  const provider = providerOf[backend];
  if (provider === undefined || provider === 'CPUExecutionProvider' || profile === null) return {};
  const share = deviceShare(profile, [provider, ...(besideOf[provider] ?? [])]);
  const field = (value: number | undefined): EffectiveField => ({
    value: value === undefined ? null : Number(value.toFixed(4)),
    evidence: 'profile',
  });
  return { deviceShareOfNodes: field(share?.nodes), deviceShareOfTime: field(share?.time) };
}
