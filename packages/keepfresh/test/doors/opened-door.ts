import { afterEach, beforeEach } from 'vitest';
import { type Cache, createCache } from '../../src/core/index.ts';
import { type Door, type OpenShop, Shop } from './shop.ts';

/** The fields of a request. */
export type Fields = Readonly<Record<string, string>>;

/** What a client got. */
export interface Got {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
  /** `hit`, or why it went to the handler. */
  readonly how: string;
}

/** A shop behind a door, with a cache: those of the test that runs. */
export class OpenedDoor {
  cache!: Cache;
  shop!: Shop;
  #open!: OpenShop;

  /** Where the shop listens. */
  get url(): string {
    return this.#open.url;
  }

  async open(door: Door): Promise<void> {
    this.cache = createCache({ name: 'doors', defaults: { jitter: 0 } });
    this.shop = new Shop();
    this.#open = await door.open(this.cache, this.shop.routes());
  }

  async close(): Promise<void> {
    await this.#open.close();
    await this.cache.close();
  }

  readonly ask = async (path: string, headers: Fields = {}, method = 'GET'): Promise<Got> => {
    const response = await fetch(this.url + path, { headers, method, redirect: 'manual' });
    const status = response.headers.get('cache-status') ?? '';
    const [, how = ''] = /^keepfresh; (?:fwd=)?([\w-]+)/.exec(status) ?? [];
    return { status: response.status, body: await response.text(), headers: response.headers, how };
  };

  readonly twice = async (path: string, headers: Fields = {}): Promise<[Got, Got]> => [
    await this.ask(path, headers),
    await this.ask(path, headers),
  ];
}

/** Opens a shop behind the door for each test that follows, and closes it afterwards. */
export function openedDoor(door: Door): OpenedDoor {
  const opened = new OpenedDoor();
  beforeEach(() => opened.open(door));
  afterEach(() => opened.close());
  return opened;
}
