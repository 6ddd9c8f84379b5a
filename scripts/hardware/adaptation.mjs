// How suites adapt to a device, from what the facts say about it.

/** The adaptation section of a device. Each key is a list of values of an axis; `why` has the reason for each. */
export function adaptationOf({ id, vendor, architecture, kind, fields }) {
  const peak = (name) => fields[name]?.value ?? null;
  return kind === 'cpu' ? processor(peak) : accelerator(kind, peak, runtimeOf({ id, vendor, architecture, kind }));
}

function processor() {
  return {
    backend: 'ort-cpu',
    batch_size: [1],
    precision: ['fp32'],
    fusion: ['on'],
    threads: ['auto'],
    spinning: ['off'],
    why: {
      backend: 'ONNX Runtime runs on the cores themselves',
      batch_size: 'one item fills the cores of most image models; larger batches add latency first',
      precision:
        'int8 is faster on these cores but needs calibration data and may cost accuracy: a suite has to ask for it',
      fusion: 'fused operators and a blocked layout save passes over memory',
      threads: 'all cores that the process may use',
      spinning: 'idle threads that spin take the cores from each other and from what feeds them',
    },
  };
}

/** What CUDA does for ONNX Runtime where nothing is stated: written down, so that no other version decides it. */
const cudaOptions = {
  arena_extend_strategy: 'kNextPowerOfTwo',
  cudnn_conv_algo_search: 'EXHAUSTIVE',
  enable_cuda_graph: 0,
};

/** The backend that runs on a device, and why or why none does. */
function runtimeOf({ id, vendor, architecture, kind }) {
  if (vendor !== 'NVIDIA') return { backend: null, why: 'no backend of Dyno runs on this device yet' };
  if (kind === 'soc') {
    return {
      backend: null,
      why: 'onnxruntime-node has CUDA for processors of x64 alone, and this module has one of Arm',
    };
  }
  if (id.includes('gh200')) {
    return { backend: null, why: 'onnxruntime-node has CUDA for processors of x64 alone, and Grace is one of Arm' };
  }
  if (architecture.startsWith('Volta')) {
    return {
      backend: null,
      why: 'ONNX Runtime 1.30 of Python is built for CUDA 13, which has left out this generation, and whether onnxruntime-node with CUDA 12 runs on it was not seen',
    };
  }
  return { backend: 'ort-cuda', why: 'ONNX Runtime with CUDA, in the process that measures' };
}

function accelerator(kind, peak, { backend, why }) {
  const half = peak('fp16_tflops');
  const full = peak('fp32_tflops');
  const halfPays = half !== null && (full === null || half >= 2 * full);
  const ratio = halfPays && full !== null ? Math.round((half / full) * 10) / 10 : null;
  const batches = { gpu: [1, 8, 32], npu: [1, 8, 32], soc: [1, 4] }[kind];
  return {
    backend,
    batch_size: batches,
    precision: [halfPays ? 'fp16' : 'fp32'],
    fusion: ['on'],
    ...(backend === 'ort-cuda' ? { provider_options: cudaOptions } : {}),
    why: {
      backend: why,
      batch_size: 'one item leaves most of the device idle; the larger ones show what it delivers under load',
      precision: halfPays
        ? `the peak of fp16 ${ratio === null ? 'is stated, that of fp32 is not' : `is ${ratio} times that of fp32`}; int8 needs calibration data: a suite has to ask for it`
        : 'the stated peak of fp16 is less than twice that of fp32',
      fusion: 'each kernel that is saved saves a launch and a pass over memory',
      ...(backend === 'ort-cuda'
        ? {
            provider_options:
              'the defaults of the CUDA provider, as they change figures: cuDNN tries its algorithms when a shape is first run, which is warm-up; graphs are not captured',
          }
        : {}),
    },
  };
}
