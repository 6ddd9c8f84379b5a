import { expect, test } from 'vitest';
import { nearest } from '../../src/kernel/nearest.ts';
import { Registry } from '../../src/kernel/registry.ts';

const backends = new Registry<{ name: string }>('backend').add({ name: 'ort-cpu' }).add({ name: 'wasm' });

test('a plug-in is found by its name', () => {
  expect(backends.get('wasm').name).toBe('wasm');
});

test('an unknown name is refused with the nearest and all known ones', () => {
  expect(() => backends.get('ort_cpu')).toThrow(
    'No backend is named "ort_cpu". Did you mean "ort-cpu"? Known: ort-cpu, wasm.',
  );
});

test('a name can be taken only once', () => {
  expect(() => backends.add({ name: 'wasm' })).toThrow(
    'There already is a backend named "wasm". Give it another name.',
  );
});

test('swapped letters are one mistake, other words are none', () => {
  expect(nearest('bacth_size', ['backend', 'batch_size'])).toBe('batch_size');
  expect(nearest('colour', ['backend', 'batch_size'])).toBeNull();
});
