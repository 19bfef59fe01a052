import { expect, test } from 'vitest';
import { tableAsMarkdown, tableAsText, type Table } from './table.ts';

const table: Table = {
  title: 'A trace',
  note: 'of a shop.',
  columns: ['', 'cache off', 'cache on'],
  rows: [
    ['requests', '95,607', '95,607'],
    ['page hit rate', '–', '85.6 %'],
  ],
};

test('lines up labels to the left and figures to the right for a terminal', () => {
  expect(tableAsText(table)).toBe(
    [
      'A trace',
      'of a shop.',
      '────────────────────────────────────',
      '                cache off   cache on',
      '────────────────────────────────────',
      'requests           95,607     95,607',
      'page hit rate           –     85.6 %',
      '────────────────────────────────────',
    ].join('\n'),
  );
});

test('writes the same figures as Markdown', () => {
  expect(tableAsMarkdown(table)).toBe(
    [
      '**A trace** of a shop.',
      '',
      '|               | cache off | cache on |',
      '| ------------- | --------: | -------: |',
      '| requests      |    95,607 |   95,607 |',
      '| page hit rate |         – |   85.6 % |',
    ].join('\n'),
  );
});
