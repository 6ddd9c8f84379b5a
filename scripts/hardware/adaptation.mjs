// How suites adapt to a device, from what the facts say about it.

/** The adaptation section of a device. Each key is a list of values of an axis; `why` has the reason for each. */
export function adaptationOf({ kind, fields }) {
  const peak = (name) => fields[name]?.value ?? null;
  return kind === 'cpu' ? processor(peak) : accelerator(kind, peak);
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

function accelerator(kind, peak) {
  const half = peak('fp16_tflops');
  const full = peak('fp32_tflops');
  const halfPays = half !== null && (full === null || half >= 2 * full);
  const ratio = halfPays && full !== null ? Math.round((half / full) * 10) / 10 : null;
  const batches = { gpu: [1, 8, 32], npu: [1, 8, 32], soc: [1, 4] }[kind];
  const tf32 = peak('tf32_tflops') !== null;
  return {
    backend: null,
    batch_size: batches,
    precision: [halfPays ? 'fp16' : 'fp32'],
    fusion: ['on'],
    ...(tf32 && kind === 'gpu' ? { provider_options: { use_tf32: 0 } } : {}),
    why: {
      backend: 'no backend of Dyno runs on this device yet',
      batch_size: 'one item leaves most of the device idle; the larger ones show what it delivers under load',
      precision: halfPays
        ? `the peak of fp16 ${ratio === null ? 'is stated, that of fp32 is not' : `is ${ratio} times that of fp32`}; int8 needs calibration data: a suite has to ask for it`
        : 'the stated peak of fp16 is less than twice that of fp32',
      fusion: 'each kernel that is saved saves a launch and a pass over memory',
      ...(tf32 && kind === 'gpu'
        ? { provider_options: 'with TF32 on, what is called fp32 keeps 10 bits of mantissa: fp32 is to be fp32' }
        : {}),
    },
  };
}
