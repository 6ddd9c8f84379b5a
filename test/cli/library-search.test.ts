import { afterAll, expect, test } from 'vitest';
import { indexLibraries } from '../../src/cli/library-search.ts';
import { FakeSystem } from '../collectors/fake-system.ts';

const system = new FakeSystem();
afterAll(() => system.remove());

test('libraries are found where LD_LIBRARY_PATH and the cache of the loader point, the former first', () => {
  system.write({
    'etc/ld.so.cache':
      'glibc-ld.so.cache1.1\0\u0003libown.so.2\0/opt/own/libown.so.2\0libz.so.1\0/lib/none/libz.so.1\0',
    'opt/own/libown.so.2': '',
    'opt/own/readme.txt': '',
    'mine/libown.so.2': '',
    'usr/lib/x86_64-linux-gnu/libcuda.so.1': '',
    'usr/local/cuda-12.4/targets/x86_64-linux/lib/libcudart.so.12': '',
    'usr/local/curl/lib64/libcurl.so.4': '',
  });
  const { loadable, aside } = indexLibraries(system.root, {});
  expect(Object.fromEntries(loadable)).toEqual({
    'libown.so.2': system.path('opt/own'),
    'libcuda.so.1': system.path('usr/lib/x86_64-linux-gnu'),
  });
  expect([...aside.keys()]).toEqual(['libcudart.so.12']);
  const first = indexLibraries(system.root, { LD_LIBRARY_PATH: system.path('mine') });
  expect(first.loadable.get('libown.so.2')).toBe(system.path('mine'));
});

test('on this machine the C library is found without loading anything', () => {
  expect([...indexLibraries().loadable.keys()].some((name) => /^libc\.(so|musl)/.test(name))).toBe(
    process.platform === 'linux',
  );
});
