import { expect, test } from 'vitest';
import { loadPublished } from '../../src/hardware/published.ts';
import { knownModel, parseModelName } from '../../src/roofline/known-models.ts';

test('a name is an id, perhaps a size, perhaps an accuracy', () => {
  expect(parseModelName('retinanet 800x800')).toEqual({ id: 'retinanet', target: null });
  expect(parseModelName('bert-large-squad (99.9%)')).toEqual({ id: 'bert-large-squad', target: '99.9%' });
  expect(parseModelName('ssd-mobilenet-v1 300x300')).toEqual({ id: 'ssd-mobilenet-v1', target: null });
  expect(knownModel('unheard-of 5x5')).toBeNull();
});

test('every model of MLPerf that figures were published of is known', () => {
  const unknown = loadPublished().filter(({ stack, model }) => stack === 'mlperf' && knownModel(model) === null);
  expect(unknown.map(({ model }) => model)).toEqual([]);
});

test('a decoder multiplies each token with each parameter in use', () => {
  // 2 · 69e9 · (294 + 294); of the experts of Mixtral 12.9e9 parameters: 2 · 12.9e9 · (300 + 146).
  expect(knownModel('llama2-70b (99%)')?.operationsPerItem).toBeCloseTo(81.144e12, -6);
  expect(knownModel('mixtral-8x7b')?.operationsPerItem).toBeCloseTo(11.5068e12, -6);
  // GPT-J writes four answers side by side: 2 · 6.05e9 · (930 + 4 · 69).
  expect(knownModel('gptj-6b (99%)')?.operationsPerItem).toBeCloseTo(14.5926e12, -6);
});

test('the operations of BERT are those of its layers at 178 tokens', () => {
  // A layer: 4 products h·h and 2 of h·4h, 12 h² s multiply-adds; queries with keys and their sum of values: 2 h s².
  const [h, s] = [1024, 178];
  const counted = 24 * 2 * (12 * h * h * s + 2 * h * s * s);
  expect((knownModel('bert-large-squad')?.operationsPerItem ?? 0) / counted).toBeCloseTo(1, 3);
});
