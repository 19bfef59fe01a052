import type { Page } from '../platform/page.ts';
import type {
  AttributeDefinition,
  Brand,
  Category,
  EntityType,
  Product,
  ProductSummary,
  ProductWithVariants,
  Reference,
  Vendor,
} from './catalog.schemas.ts';

/** Which part of a list is read: at most `limit` items whose id is below `before`. */
export interface PageRequest {
  readonly limit: number;
  readonly before: number | undefined;
}

/**
 * Everything that can be read of the catalog; null where there is no such thing.
 * `catalog.queries.ts` answers from the database, `catalog.cache.ts` from the cache before it.
 */
export interface CatalogReads {
  /** A product without its variants. */
  product(id: number): Promise<Product | null>;
  productWithVariants(id: number): Promise<ProductWithVariants | null>;
  /** The id of the product that has a variant with this SKU. */
  productIdBySku(sku: string): Promise<number | null>;
  /** Products in the category and in all below it, newest first. */
  productsByCategory(categoryId: number, page: PageRequest): Promise<Page<ProductSummary> | null>;
  /** Products of the vendor, newest first. */
  productsByVendor(vendorId: number, page: PageRequest): Promise<Page<ProductSummary> | null>;
  /** Every vendor, by name. */
  vendors(): Promise<readonly Vendor[]>;
  /** The brands that most products carry. */
  popularBrands(limit: number): Promise<readonly Brand[]>;
  /** The categories at the top, with all below them. */
  categoryTree(): Promise<readonly Category[]>;
  /** The way from the top of the tree down to the category, which is the last. */
  breadcrumbs(categoryId: number): Promise<readonly Reference[] | null>;
  attributeDefinitions(entityType: EntityType): Promise<readonly AttributeDefinition[]>;
}
