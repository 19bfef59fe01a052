import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import { jsonArrayFrom, jsonObjectFrom } from 'kysely/helpers/postgres';
import type { Tables } from '../database/tables.ts';
import { euros } from '../platform/money.ts';
import { type Page, pageFrom } from '../platform/page.ts';
import type { CatalogReads, PageRequest } from './catalog-reads.ts';
import type {
  AttributeDefinition,
  AttributeValue,
  Brand,
  Category,
  EntityType,
  Product,
  ProductSummary,
  ProductWithVariants,
  Reference,
  Variant,
  Vendor,
} from './catalog.schemas.ts';

/** All SQL that reads the catalog; `catalog.changes.ts` has what writes it. */
export class CatalogQueries implements CatalogReads {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Two statements. */
  async product(id: number): Promise<Product | null> {
    const [row, attributes] = await Promise.all([this.#productRow(id), this.#attributesOf(id)]);
    return row ? { ...productFrom(row), attributes } : null;
  }

  /** Three statements, however many variants there are. */
  async productWithVariants(id: number): Promise<ProductWithVariants | null> {
    const [product, variants] = await Promise.all([this.product(id), this.#variantsOf(id)]);
    return product && { ...product, variants };
  }

  async productIdBySku(sku: string): Promise<number | null> {
    const row = await this.#db
      .selectFrom('variants')
      .select('product_id')
      .where('sku', '=', sku)
      .executeTakeFirst();
    return row?.product_id ?? null;
  }

  async productsByCategory(
    categoryId: number,
    page: PageRequest,
  ): Promise<Page<ProductSummary> | null> {
    const found = await this.#summaries(page, (eb) =>
      eb(
        'products.category_id',
        'in',
        eb
          .selectFrom('categories')
          .select('categories.id')
          .where(sql<SqlBool>`categories.path @> array[${categoryId}::integer]`),
      ),
    );
    return found.items.length > 0 || (await this.#exists('categories', categoryId)) ? found : null;
  }

  async productsByVendor(
    vendorId: number,
    page: PageRequest,
  ): Promise<Page<ProductSummary> | null> {
    const found = await this.#summaries(page, (eb) => eb('products.vendor_id', '=', vendorId));
    return found.items.length > 0 || (await this.#exists('vendors', vendorId)) ? found : null;
  }

  async vendors(): Promise<readonly Vendor[]> {
    return this.#db
      .selectFrom('vendors')
      .leftJoin('products', 'products.vendor_id', 'vendors.id')
      .select(['vendors.id', 'vendors.slug', 'vendors.name', 'vendors.city', 'vendors.country'])
      .select(sql<number>`count(products.id)::integer`.as('products'))
      .groupBy('vendors.id')
      .orderBy('vendors.name')
      .execute();
  }

  async popularBrands(limit: number): Promise<readonly Brand[]> {
    return this.#db
      .selectFrom('brands')
      .innerJoin('products', 'products.brand_id', 'brands.id')
      .select(['brands.id', 'brands.slug', 'brands.name'])
      .select(sql<number>`count(*)::integer`.as('products'))
      .groupBy('brands.id')
      .orderBy('products', 'desc')
      .orderBy('brands.id')
      .limit(limit)
      .execute();
  }

  async categoryTree(): Promise<readonly Category[]> {
    const rows = await this.#db
      .selectFrom('categories')
      .select(['id', 'parent_id', 'slug', 'name'])
      .orderBy('position')
      .orderBy('id')
      .execute();
    const nodes = new Map(
      rows.map(({ id, slug, name }): [number, Category] => [id, { id, slug, name, children: [] }]),
    );
    const top: Category[] = [];
    for (const { id, parent_id: parent } of rows) {
      const siblings = parent === null ? top : nodes.get(parent)?.children;
      siblings?.push(nodes.get(id)!);
    }
    return top;
  }

  async breadcrumbs(categoryId: number): Promise<readonly Reference[] | null> {
    const found = await this.#db
      .selectFrom('categories')
      .select((eb) => categoriesAlong(eb).as('trail'))
      .where('categories.id', '=', categoryId)
      .executeTakeFirst();
    return found?.trail ?? null;
  }

  async attributeDefinitions(entityType: EntityType): Promise<readonly AttributeDefinition[]> {
    return this.#db
      .selectFrom('attributes')
      .select(['id', 'code', 'label', 'value_type as valueType', 'unit', 'choices'])
      .where('entity_type', '=', entityType)
      .orderBy('position')
      .execute();
  }

  #productRow(id: number) {
    return this.#db
      .selectFrom('products')
      .innerJoin('categories', 'categories.id', 'products.category_id')
      .select(summaryColumns)
      .select(['products.description', 'products.version'])
      .select(['products.created_at', 'products.updated_at'])
      .select((eb) => [vendorOf(eb), brandOf(eb), categoriesAlong(eb).as('categories')])
      .where('products.id', '=', id)
      .executeTakeFirst();
  }

  #attributesOf(productId: number): Promise<AttributeValue[]> {
    return this.#db
      .selectFrom('attribute_values as v')
      .innerJoin('attributes as a', 'a.id', 'v.attribute_id')
      .select(['a.code', 'a.label', 'v.value', 'a.unit'])
      .where('v.entity_type', '=', 'product')
      .where('v.entity_id', '=', productId)
      .orderBy('a.position')
      .execute();
  }

  async #variantsOf(productId: number): Promise<Variant[]> {
    const rows = await this.#db
      .selectFrom('variants')
      .select(['variants.id', 'variants.sku', 'variants.name', 'variants.price_cents'])
      .select((eb) => valuesOfVariant(eb).as('attributes'))
      .where('variants.product_id', '=', productId)
      .orderBy('variants.position')
      .execute();
    return rows.map(({ price_cents, ...variant }) => ({ ...variant, price: euros(price_cents) }));
  }

  /** One page, and one row more that tells whether another follows. */
  async #summaries(page: PageRequest, condition: ProductCondition): Promise<Page<ProductSummary>> {
    let query = this.#db
      .selectFrom('products')
      .select(summaryColumns)
      .select((eb) => [vendorOf(eb), brandOf(eb)])
      .where(condition)
      .orderBy('products.id', 'desc')
      .limit(page.limit + 1);
    if (page.before !== undefined) query = query.where('products.id', '<', page.before);
    const { items, nextCursor } = pageFrom(await query.execute(), page.limit);
    return { items: items.map(summaryFrom), nextCursor };
  }

  async #exists(table: 'categories' | 'vendors', id: number): Promise<boolean> {
    const row = await this.#db
      .selectFrom(table)
      .select('id')
      .where('id', '=', id)
      .executeTakeFirst();
    return row !== undefined;
  }
}

type ProductCondition = (eb: ExpressionBuilder<Tables, 'products'>) => Expression<SqlBool>;

const summaryColumns = [
  'products.id',
  'products.slug',
  'products.name',
  'products.price_cents',
] as const;

function vendorOf(eb: ExpressionBuilder<Tables, 'products'>) {
  const vendor = eb
    .selectFrom('vendors')
    .select(['vendors.id', 'vendors.slug', 'vendors.name'])
    .whereRef('vendors.id', '=', 'products.vendor_id');
  return jsonObjectFrom(vendor).$notNull().as('vendor');
}

function brandOf(eb: ExpressionBuilder<Tables, 'products'>) {
  const brand = eb
    .selectFrom('brands')
    .select(['brands.id', 'brands.slug', 'brands.name'])
    .whereRef('brands.id', '=', 'products.brand_id');
  return jsonObjectFrom(brand).$notNull().as('brand');
}

function categoriesAlong(eb: ExpressionBuilder<Tables, 'categories'>) {
  return jsonArrayFrom(
    eb
      .selectFrom('categories as above')
      .select(['above.id', 'above.slug', 'above.name'])
      .where(sql<SqlBool>`above.id = any(categories.path)`)
      .orderBy(sql`cardinality(above.path)`),
  );
}

function valuesOfVariant(eb: ExpressionBuilder<Tables, 'variants'>) {
  return jsonArrayFrom(
    eb
      .selectFrom('attribute_values as v')
      .innerJoin('attributes as a', 'a.id', 'v.attribute_id')
      .select(['a.code', 'a.label', 'v.value', 'a.unit'])
      .where('v.entity_type', '=', 'variant')
      .whereRef('v.entity_id', '=', 'variants.id')
      .orderBy('a.position'),
  );
}

interface SummaryRow extends Omit<ProductSummary, 'price'> {
  readonly price_cents: number;
}

function summaryFrom({ price_cents, ...row }: SummaryRow): ProductSummary {
  return { ...row, price: euros(price_cents) };
}

interface ProductRow extends SummaryRow {
  readonly description: string;
  readonly categories: Reference[];
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

function productFrom(row: ProductRow): Omit<Product, 'attributes' | 'variants'> {
  const { price_cents, created_at, updated_at, ...rest } = row;
  return {
    ...rest,
    price: euros(price_cents),
    createdAt: created_at.toISOString(),
    updatedAt: updated_at.toISOString(),
  };
}
