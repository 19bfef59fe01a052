import { z } from 'zod';

/** The one currency of the shop, ISO 4217. */
export const currency = 'EUR';

/** An amount of money: whole cents, so that sums are exact. */
export const Money = z
  .object({
    amount: z.int().min(0).describe('Whole cents.'),
    currency: z.literal(currency),
  })
  .meta({ id: 'Money' });
export type Money = z.infer<typeof Money>;

/** A price that a client sends: whole cents, at most ten million euros. */
export const Cents = z.int().min(0).max(1_000_000_000);

/** The amount of money that `cents` are. */
export function euros(cents: number): Money {
  return { amount: cents, currency };
}
