import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';

/** How many there are of one SKU. */
export interface Stock {
  readonly sku: string;
  readonly quantity: number;
}

/** All SQL of the inventory. */
export class InventoryQueries {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** The stock of those of the SKUs that have any record of it. */
  async stockOf(skus: readonly string[]): Promise<readonly Stock[]> {
    if (skus.length === 0) return [];
    return this.#db
      .selectFrom('stock')
      .select(['sku', 'quantity'])
      .where('sku', 'in', [...skus])
      .execute();
  }

  /** Sets the stock of a SKU, and tells whether there is such a SKU. */
  async set(sku: string, quantity: number): Promise<boolean> {
    const written = await this.#db
      .insertInto('stock')
      .columns(['sku', 'quantity'])
      .expression((eb) =>
        eb
          .selectFrom('variants')
          .select(['variants.sku', sql<number>`${quantity}::integer`.as('quantity')])
          .where('variants.sku', '=', sku),
      )
      .onConflict((conflict) =>
        conflict.column('sku').doUpdateSet({ quantity, updated_at: sql<Date>`now()` }),
      )
      .returning('sku')
      .executeTakeFirst();
    return written !== undefined;
  }

  /**
   * Takes `quantity` off the stock if there is as much, and returns what is left; undefined when nothing
   * was taken. One statement decides and acts, so of two buyers of the last one only one gets it.
   */
  async take(sku: string, quantity: number): Promise<number | undefined> {
    const row = await this.#db
      .updateTable('stock')
      .set((eb) => ({ quantity: eb('quantity', '-', quantity), updated_at: sql<Date>`now()` }))
      .where('sku', '=', sku)
      .where('quantity', '>=', quantity)
      .returning('quantity')
      .executeTakeFirst();
    return row?.quantity;
  }

  async isSku(sku: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('variants')
      .select('id')
      .where('sku', '=', sku)
      .executeTakeFirst();
    return row !== undefined;
  }
}
