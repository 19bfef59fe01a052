import { slugOf } from '../../platform/slug.ts';
import { attributes } from './attributes.ts';
import { type Leaf, leaves, valueRow } from './frame.ts';
import type { SeedRow } from './insert-rows.ts';
import { brandNames, productDescription, productName, vendorNames } from './names.ts';
import type { Random } from './random.ts';

/** The rows of some products, by table. */
export interface ProductRows {
  readonly products: SeedRow[];
  readonly variants: SeedRow[];
  readonly values: SeedRow[];
  readonly stock: SeedRow[];
}

const allLeaves = leaves();
const attributeIds = new Map(attributes.map(({ code }, index) => [code, index + 1]));
const firstCreated = Date.UTC(2026, 0, 1);
const minutesBetween = 20;

/** The products with the ids from `first` to `last`. */
export function seededProducts(
  random: Random,
  range: { first: number; last: number; nextVariantId: number },
): ProductRows {
  const rows: ProductRows = { products: [], variants: [], values: [], stock: [] };
  let variantId = range.nextVariantId;
  for (let id = range.first; id <= range.last; id++) {
    const leaf = random.pick(allLeaves);
    const price = addProduct(random, rows, id, leaf);
    for (const [position, option] of optionsOf(random, leaf).entries()) {
      addVariant(random, rows, { id: variantId++, productId: id, leaf, option, position, price });
    }
  }
  return rows;
}

function addProduct(random: Random, rows: ProductRows, id: number, leaf: Leaf): number {
  const brandId = popular(random, brandNames.length);
  const name = productName(random, brandNames[brandId - 1]!, leaf.good);
  const price = priceIn(random, leaf.price);
  const created = new Date(firstCreated + id * minutesBetween * 60_000).toISOString();
  rows.products.push({
    id,
    vendor_id: popular(random, vendorNames.length),
    brand_id: brandId,
    category_id: leaf.categoryId,
    slug: slugOf(name),
    name,
    description: productDescription(random, name),
    price_cents: price,
    created_at: created,
    updated_at: created,
  });
  for (const code of leaf.attributes) rows.values.push(value(random, 'product', id, code));
  return price;
}

function addVariant(
  random: Random,
  rows: ProductRows,
  variant: {
    id: number;
    productId: number;
    leaf: Leaf;
    option: string;
    position: number;
    price: number;
  },
): void {
  const { id, productId, leaf, option, position, price } = variant;
  const letters = leaf.good
    .replace(/[^A-Za-z]/g, '')
    .slice(0, 3)
    .toUpperCase();
  const sku = `${letters}-${String(productId).padStart(5, '0')}-${position + 1}`;
  rows.variants.push({
    id,
    product_id: productId,
    sku,
    name: option,
    price_cents: leaf.variantBy === 'capacity' ? Math.round(price * (1 + position * 0.3)) : price,
    position: position + 1,
  });
  const attribute = attributeIds.get(leaf.variantBy)!;
  rows.values.push(valueRow('variant', id, attribute, option));
  rows.stock.push({ sku, quantity: random.chance(0.08) ? 0 : random.integer(1, 250) });
}

/** One to three options that tell the variants of a product apart, each once. */
function optionsOf(random: Random, leaf: Leaf): readonly string[] {
  const all = attributes[attributeIds.get(leaf.variantBy)! - 1]!.choices!;
  const count = random.integer(1, 3);
  const start = random.integer(0, all.length - count);
  return all.slice(start, start + count);
}

function value(random: Random, entityType: string, entityId: number, code: string): SeedRow {
  const id = attributeIds.get(code)!;
  return valueRow(entityType, entityId, id, attributes[id - 1]!.value(random));
}

/** An id from 1 to `count` where small ones are more frequent, as large vendors and brands are. */
function popular(random: Random, count: number): number {
  return Math.min(random.integer(1, count), random.integer(1, count));
}

/** A price that looks like one: low ones are more frequent, and it ends in 95 or 00 cents. */
function priceIn(random: Random, [low, high]: readonly [number, number]): number {
  const share = random.integer(0, 1_000) / 1_000;
  const price = low + (high - low) * share * share;
  return Math.max(100, Math.round(price / 100) * 100 - random.pick([0, 5]));
}
