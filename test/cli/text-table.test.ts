import { expect, test } from 'vitest';
import { textTable } from '../../src/cli/text-table.ts';

interface Row {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}
const columns = [
  { title: 'name', align: 'left', cell: ({ name }: Row) => name },
  { title: 'value', align: 'right', cell: ({ value }: Row) => value },
  { title: 'note', align: 'left', cell: ({ note }: Row) => note },
] as const;

test('words are aligned to the left, numbers to the right, and an empty column is left out', () => {
  const rows = [
    { name: 'digits', value: '1.5 ms', note: '' },
    { name: 'a', value: '120 ms', note: '' },
  ];
  expect(textTable(rows, columns)).toBe(
    ['name     value', '------  ------', 'digits  1.5 ms', 'a       120 ms', ''].join('\n'),
  );
});

test('a name cannot move the cursor of the terminal', () => {
  const table = textTable([{ name: 'a\u001b[2Jb\nc', value: '1', note: 'x' }], columns);
  expect(table).toContain('a\ufffd[2Jb\ufffdc');
  expect(table.split('\n')).toHaveLength(4);
});
