import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from '../tables.ts';
import { attributes } from './attributes.ts';
import { seededBrands, seededCategories, seededVendors } from './frame.ts';
import { insertRows } from './insert-rows.ts';
import { seededProducts } from './products.ts';
import { randomFrom } from './random.ts';

/** Any number: the whole data set follows from it. */
const seedNumber = 20_261_121;
const seedName = 'catalog';
/** How many products one statement inserts. */
const batchSize = 2_000;

/**
 * Fills an empty shop with vendors, brands, categories, attributes and `products` products whose ids are
 * 1, 2, 3 …, and returns whether it did. All in one transaction: a start that was broken off leaves
 * nothing, and of two processes that start at once one waits and then finds the shop filled.
 */
export async function seed(db: Kysely<Tables>, products: number): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    await sql`lock table seeds in exclusive mode`.execute(trx);
    const done = await trx.selectFrom('seeds').select('name').execute();
    if (done.length > 0) return false;
    await insertFrame(trx);
    await insertProducts(trx, products);
    for (const table of seededTables) await continueIds(trx, table);
    // Nobody has counted the rows yet, and the embedded database never does by itself.
    await sql`analyze`.execute(trx);
    await trx.insertInto('seeds').values({ name: seedName }).execute();
    return true;
  });
}

const seededTables = ['vendors', 'brands', 'categories', 'products', 'variants', 'attributes'];

async function insertFrame(trx: Transaction<Tables>): Promise<void> {
  const random = randomFrom(seedNumber);
  const { vendors, vendorValues } = seededVendors(random);
  await insertRows(trx, 'vendors', vendors);
  await insertRows(trx, 'brands', seededBrands());
  await insertRows(trx, 'categories', seededCategories());
  await insertRows(
    trx,
    'attributes',
    attributes.map((attribute, index) => ({
      id: index + 1,
      entity_type: attribute.entityType,
      code: attribute.code,
      label: attribute.label,
      value_type: attribute.valueType,
      unit: attribute.unit ?? null,
      choices: attribute.choices ? JSON.stringify(attribute.choices) : null,
      position: index + 1,
    })),
  );
  await insertRows(trx, 'attribute_values', vendorValues);
}

async function insertProducts(trx: Transaction<Tables>, count: number): Promise<void> {
  const random = randomFrom(seedNumber + 1);
  let nextVariantId = 1;
  for (let first = 1; first <= count; first += batchSize) {
    const last = Math.min(count, first + batchSize - 1);
    const rows = seededProducts(random, { first, last, nextVariantId });
    nextVariantId += rows.variants.length;
    await insertRows(trx, 'products', rows.products);
    await insertRows(trx, 'variants', rows.variants);
    await insertRows(trx, 'attribute_values', rows.values);
    await insertRows(trx, 'stock', rows.stock);
  }
}

/** Lets the ids that the database gives out begin behind those of the seed. */
async function continueIds(trx: Transaction<Tables>, table: string): Promise<void> {
  await sql`select setval(pg_get_serial_sequence(${table}, 'id'),
    (select coalesce(max(id), 0) + 1 from ${sql.table(table)}), false)`.execute(trx);
}
