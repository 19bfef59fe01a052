import { expect, test } from 'vitest';
import { idBefore, pageFrom } from './page.ts';
import { Problem } from './problem.ts';

const rows = (...ids: number[]) => ids.map((id) => ({ id }));

test('a page with a row to spare leads to the next one', () => {
  const page = pageFrom(rows(9, 7, 4), 2);
  expect(page.items).toEqual(rows(9, 7));
  expect(idBefore(page.nextCursor!)).toBe(7);
});

test('the last page leads nowhere, full or not', () => {
  expect(pageFrom(rows(9, 7), 2).nextCursor).toBeNull();
  expect(pageFrom(rows(9), 2).nextCursor).toBeNull();
  expect(pageFrom([], 2)).toEqual({ items: [], nextCursor: null });
});

test('the first page has no cursor', () => {
  expect(idBefore(undefined)).toBeUndefined();
});

const encoded = (text: string) => Buffer.from(text).toString('base64url');

test.each(['', 'x', '7', encoded('before:0'), encoded('before:2147483648'), encoded('before:7 ')])(
  'the cursor %j, which is none of ours, is refused by name',
  (cursor) => {
    const expected = expect.objectContaining({
      problem: 'invalid-request',
      members: { errors: [expect.objectContaining({ place: 'cursor' })] },
    });
    expect(() => idBefore(cursor)).toThrow(Problem);
    expect(() => idBefore(cursor)).toThrow(expected);
  },
);
