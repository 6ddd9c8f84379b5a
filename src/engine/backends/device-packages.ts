import type { MissingLibrary } from './device-libraries.ts';

/**
 * Which package of pip holds a library of NVIDIA, by its name before `-cu12`; from CUDA 13 on, all but cuDNN and TensorRT have no suffix. The number of
 * the library is the major version of the package: `libcurand.so.10` is in nvidia-curand-cu12 10.3 and in nvidia-curand 10.4.
 * @see https://pypi.org/user/nvidia/
 */
const packages: readonly { readonly library: RegExp; readonly name: string; readonly isSuffixed: boolean }[] = [
  { library: /^libcublas(Lt)?\.so/, name: 'nvidia-cublas', isSuffixed: false },
  { library: /^libcudart\.so/, name: 'nvidia-cuda-runtime', isSuffixed: false },
  { library: /^libcudnn\w*\.so/, name: 'nvidia-cudnn', isSuffixed: true },
  { library: /^libcufft\.so/, name: 'nvidia-cufft', isSuffixed: false },
  { library: /^libcurand\.so/, name: 'nvidia-curand', isSuffixed: false },
  { library: /^libnvrtc\.so/, name: 'nvidia-cuda-nvrtc', isSuffixed: false },
  { library: /^libnvJitLink\.so/, name: 'nvidia-nvjitlink', isSuffixed: false },
  { library: /^lib(nvinfer|nvonnxparser)\w*\.so/, name: 'tensorrt', isSuffixed: true },
];

/** The library by which NVIDIA's driver is called: it comes with the driver, in no package of CUDA. */
export const driverLibrary = 'libcuda.so.1';

/** The major version of CUDA that libraries are of, by those that are numbered alike: `libcudart.so.12`. null: none of them is. */
export function cudaMajor(names: readonly string[]): number | null {
  for (const name of names) {
    const found = /^lib(?:cudart|cublas|cublasLt|nvrtc)\.so\.(\d+)$/.exec(name)?.[1];
    if (found !== undefined) return Number(found);
  }
  return null;
}

/** The oldest driver for Linux that a version of CUDA runs on. @see https://docs.nvidia.com/cuda/cuda-toolkit-release-notes/index.html */
export function leastDriver(major: number | null): string {
  return major === null || major < 13 ? '525.60.13' : '580.65.06';
}

const ownFolder = '~/dyno-cuda';

/** The line after which the loader finds these libraries; null: nobody knows where they come from. */
export function libraryRemedy(missing: readonly MissingLibrary[], major: number | null): string | null {
  const folders = [...new Set(missing.flatMap(({ liesIn }) => liesIn ?? []))];
  const absent = missing.filter(({ liesIn }) => liesIn === null);
  const names = [...new Set(absent.flatMap(({ name }) => packageOf(name, major)))];
  if (absent.some(({ name }) => packageOf(name, major).length === 0)) return null;
  const path = (list: readonly string[]) => `export LD_LIBRARY_PATH=${[...list, '$LD_LIBRARY_PATH'].join(':')}`;
  if (names.length === 0) return path(folders);
  // The libraries of a package lie in a folder of its own: nvidia/cudnn/lib, in CUDA 13 also nvidia/cu13/lib; TensorRT's in tensorrt_libs.
  const installed = `$(echo ${ownFolder}/nvidia/*/lib ${ownFolder}/tensorrt_libs | tr ' ' ':')`;
  return `python3 -m pip install --target ${ownFolder} ${names.join(' ')} && ${path([...folders, installed])}`;
}

function packageOf(library: string, major: number | null): string[] {
  const known = packages.find((one) => one.library.test(library));
  if (known === undefined) return [];
  const name = known.isSuffixed || major === null || major < 13 ? `${known.name}-cu${major ?? 12}` : known.name;
  const version = /\.so\.(\d+)/.exec(library)?.[1];
  return [version === undefined ? name : `${name}~=${version}.0`];
}
