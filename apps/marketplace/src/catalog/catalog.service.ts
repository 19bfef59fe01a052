import type { Page, PageQuery } from '../platform/page.ts';
import { idBefore } from '../platform/page.ts';
import { Problem } from '../platform/problem.ts';
import type { CatalogReads } from './catalog-reads.ts';
import type { CachedCatalog } from './catalog.cache.ts';
import type { CatalogChanges, ProductPlace } from './catalog.changes.ts';
import type {
  AttributeDefinition,
  Brand,
  Category,
  EntityType,
  NewProduct,
  Product,
  ProductChange,
  ProductSummary,
  ProductWithVariants,
  Reference,
  Vendor,
} from './catalog.schemas.ts';

/** How often a write is tried again when somebody else changed the product in between. */
const attempts = 5;

/** What can be done with the catalog. Reads resolve to null where there is no such thing. */
export class CatalogService {
  readonly #reads: CatalogReads;
  readonly #changing: CachedCatalog['changing'];
  readonly #changes: CatalogChanges;

  constructor(catalog: CachedCatalog, changes: CatalogChanges) {
    this.#reads = catalog.reads;
    this.#changing = catalog.changing;
    this.#changes = changes;
  }

  product(id: number): Promise<Product | null> {
    return this.#reads.product(id);
  }

  productWithVariants(id: number): Promise<ProductWithVariants | null> {
    return this.#reads.productWithVariants(id);
  }

  async productBySku(sku: string): Promise<ProductWithVariants | null> {
    const id = await this.#reads.productIdBySku(sku);
    return id === null ? null : this.#reads.productWithVariants(id);
  }

  async productsByCategory(
    categoryId: number,
    { limit, cursor }: PageQuery,
  ): Promise<Page<ProductSummary> | null> {
    return this.#reads.productsByCategory(categoryId, { limit, before: idBefore(cursor) });
  }

  async productsByVendor(
    vendorId: number,
    { limit, cursor }: PageQuery,
  ): Promise<Page<ProductSummary> | null> {
    return this.#reads.productsByVendor(vendorId, { limit, before: idBefore(cursor) });
  }

  vendors(): Promise<readonly Vendor[]> {
    return this.#reads.vendors();
  }

  popularBrands(limit: number): Promise<readonly Brand[]> {
    return this.#reads.popularBrands(limit);
  }

  categoryTree(): Promise<readonly Category[]> {
    return this.#reads.categoryTree();
  }

  breadcrumbs(categoryId: number): Promise<readonly Reference[] | null> {
    return this.#reads.breadcrumbs(categoryId);
  }

  attributeDefinitions(entityType: EntityType): Promise<readonly AttributeDefinition[]> {
    return this.#reads.attributeDefinitions(entityType);
  }

  /** Creates a product. Refused with a `Problem` when a reference does not exist or a SKU is taken. */
  async create(product: NewProduct): Promise<ProductWithVariants> {
    const { vendorId, brandId, categoryId, variants } = product;
    const categoryIds = await this.#changes.categoriesAbove(categoryId);
    const productId = await this.#changes.nextProductId();
    const change = {
      productId,
      after: { vendorId, brandId, categoryIds },
      inLists: true,
      skus: variants.map(({ sku }) => sku),
    };
    await this.#changing(change, () => this.#changes.create(productId, product));
    return this.#present(productId);
  }

  /** Changes a product. Refused with a `Problem` as in `create`, or when `version` is not what it is now. */
  async change(productId: number, change: ProductChange): Promise<ProductWithVariants> {
    await this.#write(productId, change.version, async (before) => {
      const after: ProductPlace = {
        vendorId: before.vendorId,
        brandId: change.brandId ?? before.brandId,
        categoryIds:
          change.categoryId === undefined
            ? before.categoryIds
            : await this.#changes.categoriesAbove(change.categoryId),
      };
      const skus = change.variants?.map(({ sku }) => sku) ?? [];
      return this.#changing({ productId, before, after, inLists: showsInLists(change), skus }, () =>
        this.#changes.change(productId, before.version, change),
      );
    });
    return this.#present(productId);
  }

  /** Deletes a product with its variants and their stock. */
  async delete(productId: number): Promise<void> {
    await this.#write(productId, undefined, (before) =>
      this.#changing({ productId, before, inLists: true, skus: [] }, () =>
        this.#changes.delete(productId, before.version),
      ),
    );
  }

  /**
   * Runs a write that is made for the product as it is. What has to be invalidated follows from where the
   * product was; if somebody else moves it in between, the write does nothing and is tried once more.
   */
  async #write(
    productId: number,
    version: number | undefined,
    write: (before: ProductPlace & { version: number }) => Promise<boolean>,
  ): Promise<void> {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const before = await this.#changes.placeOf(productId);
      if (before === undefined) throw new Problem('not-found', `There is no product ${productId}.`);
      if (version !== undefined && version !== before.version) {
        throw new Problem('changed-meanwhile', `The product is at version ${before.version}.`, {
          version: before.version,
        });
      }
      if (await write(before)) return;
    }
    throw new Problem('changed-meanwhile', `Product ${productId} keeps changing.`);
  }

  async #present(productId: number): Promise<ProductWithVariants> {
    const product = await this.#reads.productWithVariants(productId);
    if (product === null) throw new Problem('not-found', `There is no product ${productId}.`);
    return product;
  }
}

/** Whether the change touches what a `ProductSummary` is made of. */
function showsInLists({ name, price, brandId, categoryId }: ProductChange): boolean {
  return [name, price, brandId, categoryId].some((part) => part !== undefined);
}
