import { z } from 'zod';
import { invalidRequest } from './validation.ts';

/** The largest id the database gives. */
const maxId = 2_147_483_647;

/** An id in a path. */
export const Id = z.coerce
  .number({ error: 'must be a whole number from 1 to 2147483647' })
  .int()
  .min(1)
  .max(maxId);

/** How a list is read: page by page, each with a cursor that leads to the next. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z
    .string()
    .max(64)
    .optional()
    .describe('`nextCursor` of the page before; absent: first page.'),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** A part of a list, newest first. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Leads to the next page; null on the last one. */
  readonly nextCursor: string | null;
}

/** The schema of a page of `item`. */
export function pageOf<T extends z.ZodType>(item: T, id: string) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() }).meta({ id });
}

/** The id below which the page begins, or undefined for the first page. Throws a `Problem`. */
export function idBefore(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const id = /^before:([1-9]\d{0,9})$/.exec(text)?.[1];
  if (id !== undefined && Number(id) <= maxId) return Number(id);
  throw invalidRequest([{ place: 'cursor', message: 'must be the nextCursor of another page' }]);
}

/** The page made of at most `limit` of the rows, of which one more tells that there is another page. */
export function pageFrom<T extends { readonly id: number }>(
  rows: readonly T[],
  limit: number,
): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? cursorBefore(last.id) : null };
}

function cursorBefore(id: number): string {
  return Buffer.from(`before:${id}`, 'latin1').toString('base64url');
}
