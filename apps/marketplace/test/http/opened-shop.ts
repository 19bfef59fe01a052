import { Writable } from 'node:stream';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { type Marketplace, startMarketplace } from '../../src/marketplace.ts';

/** What administrators authorize themselves with. */
export const token = 'a-token-for-these-tests';

/** The fields of an administrator's request. */
export const asAdmin: Readonly<Record<string, string>> = { authorization: `Bearer ${token}` };

/** A product that can be created. */
export const newProduct = {
  vendorId: 2,
  brandId: 3,
  categoryId: 4,
  name: 'Teapot Deluxe',
  price: 4_999,
  attributes: { weight: 900 },
  variants: [{ sku: 'POT-1', name: 'Red', price: 4_999 }],
};

/** A request; `body` is sent as JSON. */
export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A marketplace that is asked over HTTP, with what it has logged since the test began. */
export class OpenedShop {
  /** Lines of JSON. */
  logged: string[] = [];
  #marketplace: Marketplace | undefined;

  get marketplace(): Marketplace {
    if (this.#marketplace === undefined) throw new Error('the marketplace is not open yet');
    return this.#marketplace;
  }

  async open(): Promise<void> {
    const log = new Writable({
      write: (chunk, _encoding, done) => {
        this.logged.push(...String(chunk).trim().split('\n'));
        done();
      },
    });
    const config = readConfig({ PORT: '0', ADMIN_TOKEN: token });
    const options = { location: { kind: 'memory' }, products: 300, log } as const;
    this.#marketplace = await startMarketplace(config, options);
  }

  async close(): Promise<void> {
    await this.#marketplace?.close();
  }

  /** One request with its answer; what comes back is read as JSON where it is some. */
  readonly ask = async (url: string, { method = 'GET', headers = {}, body }: Request = {}) => {
    const payload = body === undefined ? {} : { payload: body as object };
    const answer = await this.marketplace.app.inject({ method, url, headers, ...payload });
    const text = answer.body;
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
    };
  };
}

/** Opens a marketplace for all tests of a file, and closes it after the last. */
export function openedShop(): OpenedShop {
  const shop = new OpenedShop();
  beforeAll(() => shop.open());
  afterAll(() => shop.close());
  beforeEach(() => {
    shop.logged = [];
  });
  return shop;
}
