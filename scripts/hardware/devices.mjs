// What is not among the facts: which devices are variants of one, what people call them, and what drivers and kernels call them.

/** Families: the first one is the default variant of the family's name. */
export const families = {
  v100: [
    'nvidia-v100-sxm2-16gb',
    'nvidia-v100-sxm2-32gb',
    'nvidia-v100-pcie-16gb',
    'nvidia-v100-pcie-32gb',
    'nvidia-v100s-pcie-32gb',
  ],
  a100: ['nvidia-a100-sxm-80gb', 'nvidia-a100-sxm-40gb', 'nvidia-a100-pcie-80gb', 'nvidia-a100-pcie-40gb'],
  h100: ['nvidia-h100-sxm', 'nvidia-h100-pcie', 'nvidia-h100-nvl'],
  'agx-orin': ['nvidia-jetson-agx-orin-64gb', 'nvidia-jetson-agx-orin-32gb'],
  mlu370: ['cambricon-mlu370-x8', 'cambricon-mlu370-s4'],
};

/** Further names, beside the id without the vendor in front, which every device has. */
export const aliases = {
  'nvidia-h200-sxm': ['h200'],
  'nvidia-gh200-96gb': ['gh200'],
  'nvidia-b200-sxm': ['b200'],
  'nvidia-rtx-3090': ['3090'],
  'nvidia-rtx-4090': ['4090'],
  'nvidia-jetson-agx-xavier': ['agx-xavier', 'xavier'],
  'nvidia-jetson-xavier-nx': ['xavier-nx'],
  'nvidia-jetson-agx-orin-64gb': ['orin'],
  'nvidia-orin-nx-16gb': ['orin-nx'],
  'kunpeng-920-6426': ['kunpeng-920', 'kunpeng'],
  'rockchip-rk3588': ['rk3588'],
};

/**
 * How drivers name devices (nvidia-smi and /proc/driver/nvidia; amdgpu's product_name). Compared word by word, the maker's name and
 * "Graphics" left out. Processors are recognised by the model in the profile's own name.
 */
export const gpuNames = {
  'nvidia-v100-pcie-16gb': ['Tesla V100-PCIE-16GB'],
  'nvidia-v100-pcie-32gb': ['Tesla V100-PCIE-32GB'],
  'nvidia-v100-sxm2-16gb': ['Tesla V100-SXM2-16GB'],
  'nvidia-v100-sxm2-32gb': ['Tesla V100-SXM2-32GB'],
  'nvidia-v100s-pcie-32gb': ['Tesla V100S-PCIE-32GB'],
  'nvidia-a100-pcie-40gb': ['A100-PCIE-40GB'],
  'nvidia-a100-pcie-80gb': ['A100 80GB PCIe'],
  'nvidia-a100-sxm-40gb': ['A100-SXM4-40GB'],
  'nvidia-a100-sxm-80gb': ['A100-SXM4-80GB'],
  'nvidia-h100-pcie': ['H100 PCIe'],
  'nvidia-h100-sxm': ['H100 80GB HBM3'],
  'nvidia-h100-nvl': ['H100 NVL'],
  'nvidia-h200-sxm': ['H200'],
  'nvidia-gh200-96gb': ['GH200 480GB'],
  'nvidia-b200-sxm': ['B200'],
  'nvidia-l4': ['L4'],
  'nvidia-l40s': ['L40S'],
  'nvidia-l40': ['L40'],
  'nvidia-t4': ['Tesla T4', 'T4'],
  'nvidia-a10': ['A10'],
  'nvidia-a30': ['A30'],
  'nvidia-a2': ['A2'],
  'nvidia-a40': ['A40'],
  'nvidia-a16': ['A16'],
  'nvidia-quadro-rtx-8000': ['Quadro RTX 8000'],
  'nvidia-quadro-rtx-6000': ['Quadro RTX 6000'],
  'nvidia-titan-rtx': ['TITAN RTX'],
  'nvidia-rtx-3090': ['GeForce RTX 3090'],
  'nvidia-rtx-4090': ['GeForce RTX 4090'],
  'nvidia-rtx-a5000': ['RTX A5000'],
  'amd-mi100': ['Instinct MI100'],
  'amd-mi210': ['Instinct MI210'],
  'amd-mi250x': ['Instinct MI250X'],
  'amd-mi300x': ['Instinct MI300X', 'Instinct MI300X OAM'],
  'amd-mi325x': ['Instinct MI325X', 'Instinct MI325X OAM'],
};

/** AWS p4 instances: the facts say of one of them that it is 40 GB SXM, of the other that it is 80 GB; both are HGX machines. */
export const instanceVariants = [
  [/\bp4d\b/, '40gb sxm'],
  [/\bp4de\b/, '80gb sxm'],
];

/** Offers of a device that is close to the one that they were listed for, and not it: clocks, cores or memory differ. */
export const relatives = [
  [/\bA10G\b/, 'an A10G, which is no A10'],
  [/\b9R14\b/, 'an EPYC 9R14, which is no 9654'],
  [/\b7R13\b/, 'an EPYC 7R13, which is no 7763'],
];
