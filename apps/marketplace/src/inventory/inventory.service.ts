import { CatalogService } from '../catalog/catalog.service.ts';
import { found, Problem } from '../platform/problem.ts';
import type { InventoryQueries, Stock } from './inventory.queries.ts';

/** How many of everything there are. Nothing here is ever cached: each answer is the database's own. */
export class InventoryService {
  readonly #queries: InventoryQueries;
  readonly #catalog: CatalogService;

  constructor(queries: InventoryQueries, catalog: CatalogService) {
    this.#queries = queries;
    this.#catalog = catalog;
  }

  /** The stock of each variant of a product; null when there is no such product. */
  async ofProduct(productId: number): Promise<readonly Stock[] | null> {
    const product = await this.#catalog.productWithVariants(productId);
    if (product === null) return null;
    const skus = product.variants.map(({ sku }) => sku);
    const known = new Map((await this.#queries.stockOf(skus)).map((row) => [row.sku, row]));
    return skus.map((sku) => known.get(sku) ?? { sku, quantity: 0 });
  }

  /** The stock of a SKU; null when there is no such SKU. */
  async ofSku(sku: string): Promise<Stock | null> {
    const [stock] = await this.#queries.stockOf([sku]);
    if (stock) return stock;
    return (await this.#queries.isSku(sku)) ? { sku, quantity: 0 } : null;
  }

  /** Sets the stock of a SKU, as after a delivery or a count. */
  async set(sku: string, quantity: number): Promise<Stock> {
    const written = await this.#queries.set(sku, quantity);
    return found(written ? { sku, quantity } : null, `SKU ${sku}`);
  }

  /** Sells `quantity` of a SKU, or nothing: then refused with a `Problem` that tells what is available. */
  async sell(sku: string, quantity: number): Promise<Stock> {
    const left = await this.#queries.take(sku, quantity);
    if (left !== undefined) return { sku, quantity: left };
    const { quantity: available } = found(await this.ofSku(sku), `SKU ${sku}`);
    throw new Problem(
      'insufficient-stock',
      `${available} of ${sku} are left, ${quantity} were asked for.`,
      {
        available,
      },
    );
  }
}
