import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { libraryPlaces, missingLibraries } from '../../../src/engine/backends/device-libraries.ts';
import { cudaMajor, libraryRemedy } from '../../../src/engine/backends/device-packages.ts';
import { temporaryFolder } from '../small-models.ts';
import { writeElf } from './elf-file.ts';

const nowhere = { searched: [], noted: new Map<string, string>(), unseen: [] };

test('all libraries that are missing are named, with those that the found ones need, each once', () => {
  const folder = temporaryFolder();
  const provider = writeElf(join(folder, 'provider.so'), {
    needed: ['libcublas.so.13', 'libcudart.so.13', 'libc.so.6'],
  });
  writeElf(join(folder, 'libcublas.so.13'), { needed: ['libcublasLt.so.13', 'libcudart.so.13'] });
  writeElf(join(folder, 'libc.so.6'), { needed: [] });
  expect(missingLibraries([provider], ['libcudnn.so.9'], { ...nowhere, searched: [folder] })).toEqual([
    { name: 'libcudart.so.13', neededBy: 'provider.so', liesIn: null },
    { name: 'libcudnn.so.9', neededBy: 'provider.so', liesIn: null },
    { name: 'libcublasLt.so.13', neededBy: 'libcublas.so.13', liesIn: null },
  ]);
});

test('a library is found beside the one that looks there itself, and in the cache of the loader', () => {
  const folder = temporaryFolder();
  const provider = writeElf(join(folder, 'provider.so'), {
    needed: ['libown.so', 'libnoted.so.1'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as the loader reads it.
    runPath: '${ORIGIN}',
  });
  writeElf(join(folder, 'libown.so'), { needed: [] });
  mkdirSync(join(folder, 'noted'));
  const noted = writeElf(join(folder, 'noted', 'libnoted.so.1'), { needed: [] });
  const cache = join(folder, 'ld.so.cache');
  writeFileSync(cache, `glibc-ld.so.cache1.1\0\x01\x02libnoted.so.1\0${noted}\0`);
  expect(missingLibraries([provider], [], libraryPlaces({}, cache))).toEqual([]);
  expect(missingLibraries([provider], [], libraryPlaces({}, join(folder, 'none'))).map(({ name }) => name)).toEqual([
    'libnoted.so.1',
  ]);
});

test('a library that pip has put where the loader does not look is told with its folder', () => {
  const folder = temporaryFolder();
  const provider = writeElf(join(folder, 'provider.so'), { needed: ['libcudart.so.13', 'libcurand.so.10'] });
  const packages = join(folder, 'venv', 'lib', 'python3.12', 'site-packages', 'nvidia', 'cu13', 'lib');
  mkdirSync(packages, { recursive: true });
  writeElf(join(packages, 'libcudart.so.13'), { needed: [] });
  const places = libraryPlaces({ DYNO_PYTHON: join(folder, 'venv', 'bin', 'python3') }, '/none');
  const missing = missingLibraries([provider], [], places);
  expect(missing.map(({ name, liesIn }) => [name, liesIn])).toEqual([
    ['libcudart.so.13', packages],
    ['libcurand.so.10', null],
  ]);
  const remedy = libraryRemedy(missing, 13);
  expect(remedy).toContain('pip install --target ~/dyno-cuda nvidia-curand~=10.0 && ');
  expect(remedy).toContain(`export LD_LIBRARY_PATH=${packages}:`);
  expect(libraryRemedy(missing.slice(0, 1), 13)).toBe(`export LD_LIBRARY_PATH=${packages}:$LD_LIBRARY_PATH`);
});

test('folders that Debian’s loader searches without being told are searched, with or without its cache', () => {
  expect(libraryPlaces({ LD_LIBRARY_PATH: '/opt/lib' }, '/none').searched).toEqual(
    expect.arrayContaining(['/opt/lib', '/usr/lib/x86_64-linux-gnu', '/lib/x86_64-linux-gnu']),
  );
});

test('packages are those of the version of CUDA that the provider is built for', () => {
  const missing = (name: string) => [{ name, neededBy: 'p.so', liesIn: null }];
  expect(cudaMajor(['libc.so.6', 'libcublasLt.so.12'])).toBe(12);
  expect(cudaMajor(['libcudnn.so.9'])).toBeNull();
  expect(libraryRemedy(missing('libcufft.so.11'), 12)).toContain(' nvidia-cufft-cu12~=11.0 ');
  expect(libraryRemedy(missing('libcufft.so.12'), 13)).toContain(' nvidia-cufft~=12.0 ');
  expect(libraryRemedy(missing('libcudnn.so.9'), 13)).toContain(' nvidia-cudnn-cu13~=9.0 ');
  expect(libraryRemedy(missing('libnvinfer.so.10'), 13)).toContain(' tensorrt-cu13~=10.0 ');
  expect(libraryRemedy(missing('libsomething.so.1'), 13)).toBeNull();
});
