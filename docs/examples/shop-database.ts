/**
 * A database for the examples: two products in memory, and a count of the queries it was asked.
 * It stands where your own database does.
 */

export interface Product {
  readonly id: number;
  readonly name: string;
  readonly price: number;
  readonly vendorId: number;
}

export class ShopDatabase {
  queries = 0;
  readonly #products = new Map<number, Product>([
    [7, { id: 7, name: 'Desk lamp', price: 40, vendorId: 12 }],
    [8, { id: 8, name: 'Bookshelf', price: 90, vendorId: 12 }],
  ]);

  /** One query: the product, or null. */
  async product(id: number): Promise<Product | null> {
    this.queries++;
    await Promise.resolve();
    return this.#products.get(id) ?? null;
  }

  /** One query: products whose name has the text in it. */
  async search(text: string): Promise<readonly Product[]> {
    this.queries++;
    await Promise.resolve();
    const wanted = text.toLowerCase();
    return [...this.#products.values()].filter(({ name }) => name.toLowerCase().includes(wanted));
  }

  /** One transaction: changes the price. */
  async setPrice(id: number, price: number): Promise<void> {
    await Promise.resolve();
    const product = this.#products.get(id);
    if (product === undefined) throw new Error(`there is no product ${id}`);
    this.#products.set(id, { ...product, price });
  }

  /** One transaction: changes a product. */
  async save(product: Product, signal?: AbortSignal): Promise<void> {
    await Promise.resolve();
    signal?.throwIfAborted();
    if (!this.#products.has(product.id)) throw new Error(`there is no product ${product.id}`);
    this.#products.set(product.id, product);
  }
}

export const db = new ShopDatabase();
