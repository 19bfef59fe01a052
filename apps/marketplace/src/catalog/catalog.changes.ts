import {
  type Expression,
  type ExpressionBuilder,
  type Kysely,
  type SqlBool,
  sql,
  type Transaction,
} from 'kysely';
import type { EntityType, Tables } from '../database/tables.ts';
import { Problem } from '../platform/problem.ts';
import { slugOf } from '../platform/slug.ts';
import { invalidRequest } from '../platform/validation.ts';
import { complaintAbout } from './attribute-rules.ts';
import type { NewProduct, NewVariant, ProductChange } from './catalog.schemas.ts';

/** Where a product shows up beside its own page. */
export interface ProductPlace {
  readonly vendorId: number;
  readonly brandId: number;
  /** Its category and all above it. */
  readonly categoryIds: readonly number[];
}

type Values = Readonly<Record<string, string | number | boolean | null>>;

/** All SQL that changes the catalog. Refusals are `Problem`s, and leave everything as it was. */
export class CatalogChanges {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** An id for a product that is about to be created, given to nobody else. */
  async nextProductId(): Promise<number> {
    const { rows } = await sql<{ id: number }>`
      select nextval(pg_get_serial_sequence('products', 'id'))::integer as id`.execute(this.#db);
    return rows[0]!.id;
  }

  /** Where the product is, and its version; undefined when there is none. */
  async placeOf(productId: number): Promise<(ProductPlace & { version: number }) | undefined> {
    const row = await this.#db
      .selectFrom('products')
      .innerJoin('categories', 'categories.id', 'products.category_id')
      .select(['vendor_id as vendorId', 'brand_id as brandId', 'path as categoryIds', 'version'])
      .where('products.id', '=', productId)
      .executeTakeFirst();
    return row;
  }

  /** The category and all above it. */
  async categoriesAbove(categoryId: number): Promise<readonly number[]> {
    const row = await this.#db
      .selectFrom('categories')
      .select('path')
      .where('id', '=', categoryId)
      .executeTakeFirst();
    if (row) return row.path;
    throw new Problem('unknown-reference', `There is no category ${categoryId}.`);
  }

  async create(id: number, product: NewProduct): Promise<void> {
    await this.#inTransaction(async (trx) => {
      await trx
        .insertInto('products')
        .values({
          id,
          vendor_id: product.vendorId,
          brand_id: product.brandId,
          category_id: product.categoryId,
          slug: slugOf(product.name),
          name: product.name,
          description: product.description,
          price_cents: product.price,
        })
        .execute();
      await writeAttributes(trx, id, product.attributes);
      await writeVariants(trx, id, product.variants);
    });
  }

  /** Changes the product if it still is of this version, and tells whether it was. */
  async change(id: number, version: number, change: ProductChange): Promise<boolean> {
    return this.#inTransaction(async (trx) => {
      const changed = await trx
        .updateTable('products')
        .set({
          version: version + 1,
          updated_at: new Date(),
          ...columnsOf(change),
        })
        .where('id', '=', id)
        .where('version', '=', version)
        .returning('id')
        .executeTakeFirst();
      if (changed === undefined) return false;
      if (change.attributes) await writeAttributes(trx, id, change.attributes);
      if (change.variants) await replaceVariants(trx, id, change.variants);
      return true;
    });
  }

  /** Deletes the product if it still is of this version, and tells whether it was. */
  async delete(id: number, version: number): Promise<boolean> {
    return this.#inTransaction(async (trx) => {
      const found = await trx
        .selectFrom('products')
        .select('id')
        .where('id', '=', id)
        .where('version', '=', version)
        .forUpdate()
        .executeTakeFirst();
      if (found === undefined) return false;
      // The values belong to several kinds of entities, so no foreign key takes them away.
      const variants = trx.selectFrom('variants').select('id').where('product_id', '=', id);
      await deleteValues(trx, 'variant', (eb) => eb('entity_id', 'in', variants));
      await deleteValues(trx, 'product', (eb) => eb('entity_id', '=', id));
      await trx.deleteFrom('products').where('id', '=', id).execute();
      return true;
    });
  }

  async #inTransaction<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    try {
      return await this.#db.transaction().execute(work);
    } catch (error) {
      throw refusalOf(error) ?? error;
    }
  }
}

/** The columns of the product's own row that the change sets. */
function columnsOf(change: ProductChange) {
  const { name, description, price, brandId, categoryId } = change;
  return {
    ...(name !== undefined && { name, slug: slugOf(name) }),
    ...(description !== undefined && { description }),
    ...(price !== undefined && { price_cents: price }),
    ...(brandId !== undefined && { brand_id: brandId }),
    ...(categoryId !== undefined && { category_id: categoryId }),
  };
}

/** Sets the values by attribute code; null takes one away. */
async function writeAttributes(
  trx: Transaction<Tables>,
  productId: number,
  values: Values,
): Promise<void> {
  const codes = Object.keys(values);
  if (codes.length === 0) return;
  const definitions = await trx
    .selectFrom('attributes')
    .select(['id', 'code', 'value_type as valueType', 'choices'])
    .where('entity_type', '=', 'product')
    .where('code', 'in', codes)
    .execute();
  const unknown = codes.find((code) => !definitions.some((known) => known.code === code));
  if (unknown !== undefined) {
    throw new Problem('unknown-reference', `Products have no attribute called ${unknown}.`);
  }
  const ids = definitions.map(({ id }) => id);
  await deleteValues(trx, 'product', (eb) =>
    eb.and([eb('entity_id', '=', productId), eb('attribute_id', 'in', ids)]),
  );
  const rows = definitions.flatMap((definition) => {
    const value = values[definition.code];
    if (value === null || value === undefined) return [];
    const complaint = complaintAbout(definition, value);
    if (complaint) throw invalidRequest([{ place: 'attributes', message: complaint }]);
    return [
      {
        entity_type: 'product' as const,
        entity_id: productId,
        attribute_id: definition.id,
        value: JSON.stringify(value),
      },
    ];
  });
  if (rows.length > 0) await trx.insertInto('attribute_values').values(rows).execute();
}

/** Makes these the variants of the product. Those that stay keep their id, stock and attributes. */
async function replaceVariants(
  trx: Transaction<Tables>,
  productId: number,
  variants: readonly NewVariant[],
): Promise<void> {
  const skus = variants.map(({ sku }) => sku);
  const gone = await trx
    .deleteFrom('variants')
    .where('product_id', '=', productId)
    .where('sku', 'not in', skus)
    .returning('id')
    .execute();
  const goneIds = gone.map(({ id }) => id);
  if (goneIds.length > 0)
    await deleteValues(trx, 'variant', (eb) => eb('entity_id', 'in', goneIds));
  await writeVariants(trx, productId, variants);
}

/** Inserts the variants, or updates those the product has already. */
async function writeVariants(
  trx: Transaction<Tables>,
  productId: number,
  variants: readonly NewVariant[],
): Promise<void> {
  const rows = variants.map(({ sku, name, price }, index) => ({
    product_id: productId,
    sku,
    name,
    price_cents: price,
    position: index + 1,
  }));
  const written = await trx
    .insertInto('variants')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .column('sku')
        .doUpdateSet((eb) => ({
          name: eb.ref('excluded.name'),
          price_cents: eb.ref('excluded.price_cents'),
          position: eb.ref('excluded.position'),
        }))
        .whereRef('variants.product_id', '=', 'excluded.product_id'),
    )
    .returning('sku')
    .execute();
  const taken = variants.find(({ sku }) => !written.some((row) => row.sku === sku));
  if (taken) throw new Problem('sku-taken', `The SKU ${taken.sku} belongs to another product.`);
}

async function deleteValues(
  trx: Transaction<Tables>,
  entityType: EntityType,
  condition: (eb: ExpressionBuilder<Tables, 'attribute_values'>) => Expression<SqlBool>,
): Promise<void> {
  await trx
    .deleteFrom('attribute_values')
    .where('entity_type', '=', entityType)
    .where(condition)
    .execute();
}

/** The problem that a constraint of the database stands for. */
function refusalOf(error: unknown): Problem | undefined {
  const { code, constraint = '' } = error as { code?: string; constraint?: string };
  const foreignKeyViolation = '23503';
  if (code !== foreignKeyViolation) return undefined;
  const what = /^products_(vendor|brand|category)_id_fkey$/.exec(constraint)?.[1];
  return what ? new Problem('unknown-reference', `There is no such ${what}.`) : undefined;
}
