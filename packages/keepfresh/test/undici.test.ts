import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { finished } from 'node:stream/promises';
import { Agent, interceptors, request } from 'undici';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Cache, createCache } from '../src/core/index.ts';
import { createTestCache, createTestCaches } from '../src/testing/index.ts';
import {
  type UndiciCacheKey,
  UndiciCacheStore,
  type UndiciCacheValue,
  type UndiciFoundResponse,
} from '../src/undici/index.ts';

function keyOf(over: Partial<UndiciCacheKey> = {}): UndiciCacheKey {
  return {
    origin: 'https://api.example',
    path: '/users?page=2',
    method: 'GET',
    headers: {},
    ...over,
  };
}

function valueOf(over: Partial<UndiciCacheValue>, now: number): UndiciCacheValue {
  return {
    statusCode: 200,
    statusMessage: 'OK',
    headers: { 'content-type': 'text/plain', 'x-many': ['a', 'b'] },
    etag: '"1"',
    cacheControlDirectives: { 'max-age': 10 },
    cachedAt: now,
    staleAt: now + 10_000,
    deleteAt: now + 20_000,
    ...over,
  };
}

async function write(
  store: UndiciCacheStore,
  key: UndiciCacheKey,
  value: UndiciCacheValue,
  chunks: readonly (string | Buffer)[],
): Promise<void> {
  const stream = store.createWriteStream(key, value)!;
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await finished(stream);
}

const textOf = (found: UndiciFoundResponse | undefined): string | undefined =>
  found && Buffer.concat(found.body).toString();

describe('a store for undici', () => {
  const test = (): ReturnType<typeof createTestCache> & { store: UndiciCacheStore } => {
    const made = createTestCache();
    return Object.assign(made, { store: new UndiciCacheStore(made.cache, { clock: made.clock }) });
  };

  it('gives what was written, for another key that says the same, until it is to be deleted', async () => {
    const { store, clock, advance, close } = test();
    const value = valueOf({}, clock.now());
    expect(await store.get(keyOf())).toBeUndefined();
    await write(store, keyOf(), value, ['as', Buffer.from([0xff, 0x00]), 'd']);
    const { body, ...rest } = (await store.get(structuredClone(keyOf())))!;
    expect(rest).toEqual(value);
    expect(Buffer.concat(body)).toEqual(Buffer.from([0x61, 0x73, 0xff, 0x00, 0x64]));
    for (const over of [{ path: '/' }, { origin: 'https://other.example' }, { method: 'HEAD' }]) {
      expect(await store.get(keyOf(over))).toBeUndefined();
    }
    await advance(15_000); // stale, which undici judges
    expect(await store.get(keyOf())).toMatchObject({ staleAt: value.staleAt });
    await advance(5_000);
    expect(await store.get(keyOf())).toBeUndefined();
    expect(store.createWriteStream(keyOf(), value)).toBeUndefined();
    await close();
  });

  it('replaces what it had', async () => {
    const { store, clock, close } = test();
    await write(store, keyOf(), valueOf({ etag: '"1"' }, clock.now()), ['old']);
    await write(store, keyOf(), valueOf({ etag: '"2"' }, clock.now()), ['new']);
    const found = await store.get(keyOf());
    expect([found?.etag, textOf(found)]).toEqual(['"2"', 'new']);
    await close();
  });

  it('keeps the variants of a URI apart', async () => {
    const { store, clock, close } = test();
    const languages = [{ 'accept-language': 'de' }, { 'accept-language': ['de', 'en'] }, {}];
    for (const [n, headers] of languages.entries()) {
      const vary = { 'accept-language': headers['accept-language'] ?? null, cookie: null };
      await write(store, keyOf({ headers }), valueOf({ vary }, clock.now()), [`variant ${n}`]);
    }
    for (const [n, headers] of languages.entries()) {
      const found = await store.get(keyOf({ headers: { ...headers, accept: '*/*' } }));
      expect(textOf(found)).toBe(`variant ${n}`);
    }
    expect(await store.get(keyOf({ headers: { 'accept-language': 'fr' } }))).toBeUndefined();
    expect(await store.get(keyOf({ headers: { ...languages[0], cookie: 'a=1' } }))).toBeUndefined();
    await close();
  });

  it('deletes every method and variant of a URI, and no other', async () => {
    const { store, clock, close } = test();
    const long = `/long?${'x'.repeat(5_000)}`;
    const vary = { accept: 'a' };
    await write(store, keyOf(), valueOf({}, clock.now()), ['get']);
    await write(store, keyOf({ method: 'HEAD' }), valueOf({}, clock.now()), []);
    await write(store, keyOf({ path: long, headers: vary }), valueOf({ vary }, clock.now()), ['a']);
    await store.delete({ origin: 'https://api.example', method: 'PUT', path: '/users?page=2' });
    expect(await store.get(keyOf())).toBeUndefined();
    expect(await store.get(keyOf({ method: 'HEAD' }))).toBeUndefined();
    expect(textOf(await store.get(keyOf({ path: long, headers: vary })))).toBe('a');
    await store.delete(keyOf({ path: long }));
    expect(await store.get(keyOf({ path: long, headers: vary }))).toBeUndefined();
    await close();
  });

  it('does not keep what was deleted after its request began, or what was broken off', async () => {
    const { store, clock, close } = test();
    const value = valueOf({}, clock.now());
    const key = keyOf();
    await store.get(key);
    await store.delete(keyOf({ method: 'POST' }));
    await write(store, key, value, ['of before the POST']);
    expect(await store.get(keyOf())).toBeUndefined();

    const confirmed = keyOf();
    await store.get(confirmed);
    await store.delete(keyOf({ method: 'POST' }));
    await store.get(confirmed); // as undici does on a 304
    await write(store, confirmed, value, ['of before the POST']);
    expect(await store.get(keyOf())).toBeUndefined();

    const open = store.createWriteStream(keyOf(), value)!;
    open.write('of before');
    await store.delete(keyOf({ method: 'POST' }));
    open.end(' the POST');
    await finished(open);
    expect(await store.get(keyOf())).toBeUndefined();

    const broken = store.createWriteStream(keyOf(), value)!;
    broken.on('error', () => {});
    broken.write('half');
    broken.destroy(new Error('reset'));
    expect(await store.get(keyOf())).toBeUndefined();
    await close();
  });

  it('keeps what undici asks for anew with the key it has just deleted', async () => {
    const { store, clock, close } = test();
    const key = keyOf();
    await store.get(key);
    await store.delete(key);
    await write(store, key, valueOf({}, clock.now()), ['anew']);
    expect(textOf(await store.get(key))).toBe('anew');
    await close();
  });

  it('does not keep a body that is too large', async () => {
    const { cache, clock, close } = test();
    const store = new UndiciCacheStore(cache, { clock, maxEntrySize: 4 });
    await write(store, keyOf(), valueOf({}, clock.now()), ['12', '34']);
    expect(textOf(await store.get(keyOf()))).toBe('1234');
    await store.delete(keyOf());
    await write(store, keyOf(), valueOf({}, clock.now()), ['12', '345', '6']);
    expect(await store.get(keyOf())).toBeUndefined();
    await close();
  });

  it('shares responses between processes, and their deletion', async () => {
    const { caches, clock, advance, close } = createTestCaches(2);
    const [here, there] = caches.map(({ cache }) => new UndiciCacheStore(cache, { clock }));
    await advance(10);
    await write(here!, keyOf(), valueOf({}, clock.now()), ['shared']);
    const found = there!.get(keyOf());
    await advance(10);
    expect(textOf(await found)).toBe('shared');
    const deleted = there!.delete(keyOf());
    await advance(2_000);
    await deleted;
    const after = here!.get(keyOf());
    await advance(10);
    expect(await after).toBeUndefined();
    await close();
  });

  it('checks its options when it is made', async () => {
    const { cache, close } = test();
    const options = { maxEntrySize: '65mb' };
    expect(() => new UndiciCacheStore(cache, options)).toThrow(/options\.maxEntrySize must be/);
    expect(() => new UndiciCacheStore(cache, { max: 1 } as never)).toThrow(/has no option 'max'/);
    expect(() => new UndiciCacheStore({} as never)).toThrow(/the cache of UndiciCacheStore/);
    await close();
  });
});

describe('its interceptor over the store', { timeout: 90_000 }, () => {
  let server: Server;
  let origin: string;
  let cache: Cache;
  let agent: Agent;
  let asked: string[];
  let answer: (request: IncomingMessage, response: ServerResponse) => void;

  beforeEach(async () => {
    asked = [];
    server = createServer((incoming, response) => {
      asked.push(`${incoming.method} ${incoming.url}`);
      answer(incoming, response);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    cache = createCache({ name: 'outbound' });
    agent = new Agent();
  });
  afterEach(async () => {
    await agent.close();
    await cache.close();
    await new Promise((resolve) => void server.close(resolve));
  });

  const client = (): ReturnType<Agent['compose']> =>
    agent.compose(interceptors.cache({ store: new UndiciCacheStore(cache) }));

  async function ask(
    dispatcher: ReturnType<Agent['compose']>,
    path: string,
    options: { method?: 'POST'; headers?: Record<string, string> } = {},
  ): Promise<string> {
    const { body } = await request(origin + path, { dispatcher, ...options });
    return body.text();
  }

  /** Asks until the answer that came before is stored; undici does not wait for that. */
  const hit = (
    dispatcher: ReturnType<Agent['compose']>,
    path: string,
    text: string,
  ): Promise<void> =>
    vi.waitFor(
      async () => {
        const before = asked.length;
        expect(await ask(dispatcher, path)).toBe(text);
        expect(asked).toHaveLength(before);
      },
      { timeout: 20_000 },
    );

  it('answers from it, also another client that begins later, until an unsafe request', async () => {
    let version = 1;
    answer = (_, response) => {
      response.setHeader('cache-control', 'max-age=600').end(`version ${version}`);
    };
    const dispatcher = client();
    expect(await ask(dispatcher, '/a')).toBe('version 1');
    await hit(dispatcher, '/a', 'version 1');
    await hit(client(), '/a', 'version 1');
    version = 2;
    await ask(dispatcher, '/a', { method: 'POST' });
    expect(await ask(dispatcher, '/a')).toBe('version 2');
    await cache.invalidatePattern(`GET ${origin}/*`);
    version = 3;
    expect(await ask(dispatcher, '/a')).toBe('version 3');
  });

  it('confirms what is stale, and answers from what it had', async () => {
    let confirmed = 0;
    answer = (incoming, response) => {
      response.setHeader('cache-control', 'max-age=0, must-revalidate').setHeader('etag', '"1"');
      if (incoming.headers['if-none-match'] !== '"1"') return void response.end('whole');
      confirmed++;
      response.writeHead(304).end();
    };
    const dispatcher = client();
    await vi.waitFor(
      async () => {
        expect(await ask(dispatcher, '/a')).toBe('whole');
        expect(confirmed).toBeGreaterThan(1);
      },
      { timeout: 20_000 },
    );
  });

  it('gives nobody the variant of another', async () => {
    answer = (incoming, response) => {
      response.setHeader('cache-control', 'max-age=600').setHeader('vary', 'accept-language');
      response.end(`for ${incoming.headers['accept-language']}`);
    };
    const dispatcher = client();
    for (const language of ['de', 'en', 'de', 'en']) {
      const headers = { 'accept-language': language };
      expect(await ask(dispatcher, '/a', { headers })).toBe(`for ${language}`);
    }
  });
});
