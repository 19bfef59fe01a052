import type { ColumnType, Generated, JSONColumnType } from 'kysely';

/** Every table of the marketplace, as its columns are read and written. */
export interface Tables {
  readonly vendors: VendorRow;
  readonly brands: BrandRow;
  readonly categories: CategoryRow;
  readonly products: ProductRow;
  readonly variants: VariantRow;
  readonly attributes: AttributeRow;
  readonly attribute_values: AttributeValueRow;
  readonly stock: StockRow;
  readonly seeds: SeedRow;
}

/** A time: read as Date; the database's own clock writes it unless one is given. */
type Time = ColumnType<Date, Date | string | undefined, Date | string>;

export interface VendorRow {
  readonly id: Generated<number>;
  readonly slug: string;
  readonly name: string;
  readonly city: string;
  /** ISO 3166-1, two letters. */
  readonly country: string;
  readonly joined_at: Time;
}

export interface BrandRow {
  readonly id: Generated<number>;
  readonly slug: string;
  readonly name: string;
}

export interface CategoryRow {
  readonly id: Generated<number>;
  readonly parent_id: number | null;
  readonly slug: string;
  readonly name: string;
  /** Ids from the root down to this category, which is the last. */
  readonly path: number[];
  /** Order among its siblings. */
  readonly position: number;
}

export interface ProductRow {
  readonly id: Generated<number>;
  readonly vendor_id: number;
  readonly brand_id: number;
  readonly category_id: number;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly price_cents: number;
  /** Counts the changes: who writes says which version was read. */
  readonly version: ColumnType<number, number | undefined, number>;
  readonly created_at: Time;
  readonly updated_at: Time;
}

export interface VariantRow {
  readonly id: Generated<number>;
  readonly product_id: number;
  readonly sku: string;
  readonly name: string;
  readonly price_cents: number;
  /** Order among the variants of its product. */
  readonly position: number;
}

export type EntityType = 'product' | 'variant' | 'vendor';
export type ValueType = 'text' | 'number' | 'boolean' | 'choice';

export interface AttributeRow {
  readonly id: Generated<number>;
  readonly entity_type: EntityType;
  readonly code: string;
  readonly label: string;
  readonly value_type: ValueType;
  readonly unit: string | null;
  /** What a `choice` may be; null for the other types. */
  readonly choices: JSONColumnType<string[], string, string> | null;
  readonly position: number;
}

/** One value of one attribute of one entity (the EAV pattern). */
export interface AttributeValueRow {
  readonly entity_type: EntityType;
  readonly entity_id: number;
  readonly attribute_id: number;
  readonly value: ColumnType<string | number | boolean, string, string>;
}

/** How many of one variant are there to sell. Never cached. */
export interface StockRow {
  readonly sku: string;
  readonly quantity: number;
  readonly updated_at: Time;
}

/** A data set that was put in; its name makes sure it happens once. */
export interface SeedRow {
  readonly name: string;
  readonly applied_at: Time;
}
