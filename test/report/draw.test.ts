import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ChartSpec, loadDrawing, tidySvg } from '../../src/report/draw.ts';

const spec = (label: string): ChartSpec => ({
  width: 200,
  height: 80,
  data: { values: [{ label, value: 1 / 3 }] },
  mark: { type: 'bar', clip: true },
  encoding: { y: { field: 'label', type: 'nominal' }, x: { field: 'value', type: 'quantitative' } },
});

test('a chart drawn twice has the same bytes, although its clip paths are numbered by the process', async () => {
  const draw = await loadDrawing();
  const first = await draw('chart-1', spec('a'));
  const second = await draw('chart-1', spec('a'));
  expect(first.svg).toContain('clip-path="url(#chart-1-0)"');
  expect(second.svg).toBe(first.svg);
});

test('a label with the mark of what is invalid is struck out, another is not', async () => {
  const draw = await loadDrawing();
  expect((await draw('a', spec('✕ batch 8'))).svg).toMatch(/<text[^>]* text-decoration="line-through">✕ batch 8</);
  expect((await draw('b', spec('△ batch 8'))).svg).not.toContain('text-decoration');
});

test('markup in a label is text', async () => {
  const draw = await loadDrawing();
  const { svg } = await draw('chart', spec('</text><script>x</script>'));
  expect(svg).not.toContain('<script');
  expect(svg).toContain('&lt;/text&gt;');
});

test('a chart that would load a file is refused, although the file is there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-draw-'));
  const file = join(folder, 'values.json');
  writeFileSync(file, JSON.stringify([{ label: 'from the disk', value: 1 }]));
  try {
    const draw = await loadDrawing();
    const { svg } = await draw('chart', { ...spec('a'), data: { url: file } });
    expect(svg).not.toContain('from the disk');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('tidying rounds coordinates and leaves text alone', () => {
  expect(tidySvg('<g transform="translate(1.23456,-0.0004)"><text>1.23456</text></g>', 'c')).toBe(
    '<g transform="translate(1.23,0)"><text>1.23456</text></g>',
  );
});

test('tidying drops marks that only a pointer needs, and roles of single marks', () => {
  expect(
    tidySvg(
      '<g role="graphics-object" aria-label="x"><path d="M0,0" opacity="0"/><path d="M1,1" fill-opacity="0"/></g>',
      'c',
    ),
  ).toBe('<g><path d="M1,1" fill-opacity="0"/></g>');
});

test('a label of 27 letters stands whole on an axis of 210 pixels, and a longer one is cut off at the end', async () => {
  const draw = await loadDrawing();
  const drawn = async (label: string) => {
    const y = { field: 'label', type: 'nominal', axis: { labelLimit: 210 } } as const;
    const { svg } = await draw('chart', {
      width: 400,
      height: 80,
      data: { values: [{ label }] },
      mark: 'bar',
      encoding: { y },
    });
    return /<text[^>]*>([^<]*engine[^<]*)<\/text>/.exec(svg)?.[1];
  };
  expect(await drawn('fp32 · engine-fused · plain')).toBe('fp32 · engine-fused · plain');
  // 0.69 of 11 pixels for most letters, 0.41 for narrow ones.
  expect(await drawn('fp32 · engine-fused · cleaned · plain · again')).toMatch(/^fp32 · engine-fused · cleaned.*…$/);
});
