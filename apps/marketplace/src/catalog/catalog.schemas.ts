import { z } from 'zod';
import { Cents, Money } from '../platform/money.ts';

// What the catalog says and what it takes, over HTTP as in the code.

/** Something else, named so that a page can show it. */
export const Reference = z
  .object({ id: z.int(), slug: z.string(), name: z.string() })
  .meta({ id: 'Reference' });
export type Reference = z.infer<typeof Reference>;

/** The value of one attribute, ready to show. */
export const AttributeValue = z
  .object({
    code: z.string(),
    label: z.string(),
    value: z.union([z.string(), z.number(), z.boolean()]),
    unit: z.string().nullable(),
  })
  .meta({ id: 'AttributeValue' });
export type AttributeValue = z.infer<typeof AttributeValue>;

/** One form in which a product is sold. How many there are is told by the stock endpoints only. */
export const Variant = z
  .object({
    id: z.int(),
    sku: z.string(),
    name: z.string(),
    price: Money,
    attributes: z.array(AttributeValue),
  })
  .meta({ id: 'Variant' });
export type Variant = z.infer<typeof Variant>;

/** A product as lists show it. */
export const ProductSummary = z
  .object({
    id: z.int(),
    slug: z.string(),
    name: z.string(),
    price: Money,
    vendor: Reference,
    brand: Reference,
  })
  .meta({ id: 'ProductSummary' });
export type ProductSummary = z.infer<typeof ProductSummary>;

/** A product as its page shows it. */
export const Product = z
  .object({
    ...ProductSummary.shape,
    description: z.string(),
    categories: z.array(Reference).describe('From the top of the tree down to its own.'),
    attributes: z.array(AttributeValue),
    version: z.int().describe('Counts the changes.'),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    variants: z.array(Variant).optional().describe('Present when asked for.'),
  })
  .meta({ id: 'Product' });
export type Product = z.infer<typeof Product>;

/** A product with all its variants. */
export type ProductWithVariants = Product & { readonly variants: Variant[] };

export const Vendor = z
  .object({
    ...Reference.shape,
    city: z.string(),
    country: z.string(),
    products: z.int().describe('How many products it offers.'),
  })
  .meta({ id: 'Vendor' });
export type Vendor = z.infer<typeof Vendor>;

export const Brand = z
  .object({ ...Reference.shape, products: z.int().describe('How many products carry it.') })
  .meta({ id: 'Brand' });
export type Brand = z.infer<typeof Brand>;

/** A category with everything below it. */
export interface Category extends Reference {
  children: Category[];
}
export const Category: z.ZodType<Category> = z
  .object({
    ...Reference.shape,
    get children(): z.ZodType<Category[]> {
      return z.array(Category);
    },
  })
  .meta({ id: 'Category' });

export const EntityType = z.enum(['product', 'variant', 'vendor']);
export type EntityType = z.infer<typeof EntityType>;

/** What an attribute of an entity type is called and which values it takes. */
export const AttributeDefinition = z
  .object({
    id: z.int(),
    code: z.string(),
    label: z.string(),
    valueType: z.enum(['text', 'number', 'boolean', 'choice']),
    unit: z.string().nullable(),
    choices: z.array(z.string()).nullable().describe('What a choice may be.'),
  })
  .meta({ id: 'AttributeDefinition' });
export type AttributeDefinition = z.infer<typeof AttributeDefinition>;

/** A stock-keeping unit: upper case letters, digits and hyphens. */
export const Sku = z.string().regex(/^[A-Z0-9][A-Z0-9-]{2,39}$/, {
  error: 'must be 3 to 40 upper case letters, digits and hyphens, and not begin with a hyphen',
});

const ReferredId = z.int().min(1).max(2_147_483_647);
/** PostgreSQL keeps every character in a text but this one. */
const storable = z.string().regex(/^[^\0]*$/, { error: 'must not contain a null character' });
const Name = storable.trim().min(1).max(200);
const Text = storable.trim().max(5_000);
const Value = z.union([storable.max(500), z.number(), z.boolean()]);

const NewVariant = z.strictObject({ sku: Sku, name: Name, price: Cents });
export type NewVariant = z.infer<typeof NewVariant>;

const NewVariants = z
  .array(NewVariant)
  .min(1)
  .max(50)
  .refine((variants) => new Set(variants.map(({ sku }) => sku)).size === variants.length, {
    error: 'must not repeat a SKU',
  });

export const NewProduct = z
  .strictObject({
    vendorId: ReferredId,
    brandId: ReferredId,
    categoryId: ReferredId,
    name: Name,
    description: Text.default(''),
    price: Cents,
    attributes: z.record(storable, Value).default({}).describe('Values by attribute code.'),
    variants: NewVariants,
  })
  .meta({ id: 'NewProduct' });
export type NewProduct = z.infer<typeof NewProduct>;

export const ProductChange = z
  .strictObject({
    brandId: ReferredId.optional(),
    categoryId: ReferredId.optional(),
    name: Name.optional(),
    description: Text.optional(),
    price: Cents.optional(),
    attributes: z
      .record(storable, Value.nullable())
      .optional()
      .describe('Values by attribute code; null takes one away; others stay.'),
    variants: NewVariants.optional().describe('All variants; those not in it are taken away.'),
    version: z.int().optional().describe('Change it only while it is this version.'),
  })
  .refine((change) => Object.keys(change).some((field) => field !== 'version'), {
    error: 'must change something',
  })
  .meta({ id: 'ProductChange' });
export type ProductChange = z.infer<typeof ProductChange>;
