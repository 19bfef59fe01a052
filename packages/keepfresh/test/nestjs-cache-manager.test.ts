import { CACHE_MANAGER, CacheModule as Theirs } from '@nestjs/cache-manager';
import { type INestApplication, Module } from '@nestjs/common';
import { Keyv as Keyv5 } from 'keyv';
import { Keyv as Keyv6 } from 'keyv-6';
import { describe, expect, it } from 'vitest';
import type { CacheManager } from '../src/cache-manager/index.ts';
import { type Cache, createCache } from '../src/core/index.ts';
import { KeyvStore } from '../src/keyv/index.ts';
import { KeepfreshModule } from '../src/nestjs/index.ts';
import { CacheModule } from '../src/nestjs-cache-manager/index.ts';
import { adapters, startApplication } from './nestjs/application.ts';
import {
  type ImportedModule,
  registrations,
  shopApplication,
} from './nestjs-cache-manager/shop-application.ts';

/** What somebody sees who uses the application. */
async function story(application: INestApplication): Promise<unknown[]> {
  const url = await application.getUrl();
  const seen: unknown[] = [];
  const ask = async (method: string, path: string): Promise<void> => {
    const response = await fetch(url + path, { method });
    const body = await response.text();
    seen.push([method, path, response.status, body, response.headers.get('x-cache')]);
  };
  for (const path of ['/prices/1', '/prices/1', '/prices/2']) await ask('GET', path);
  await ask('DELETE', '/prices/1');
  for (const path of ['/prices/1', '/prices/2']) await ask('GET', path);
  await ask('PUT', '/prices/2');
  await ask('GET', '/prices/2');
  for (const path of ['/pages/list', '/pages/list', '/pages/list?page=2', '/pages/named']) {
    await ask('GET', path);
  }
  await ask('GET', '/pages/named?any');
  await ask('DELETE', '/prices');
  for (const path of ['/pages/named', '/pages/list', '/prices/2']) await ask('GET', path);
  const manager = application.get<CacheManager>(CACHE_MANAGER);
  seen.push(await manager.mget(['the page', 'price:1']));
  return seen;
}

describe.each(Object.entries(adapters))(
  'an application for @nestjs/cache-manager on %s',
  (_, adapter) => {
    it.each(Object.entries(registrations))(
      'is the same to its users when only the import changes: %s',
      async (__, register) => {
        const told = async (module: object): Promise<unknown[]> =>
          story(await startApplication(shopApplication(module), adapter()));
        const theirs = await told(register(Theirs));
        expect(await told(register(CacheModule as unknown as ImportedModule))).toEqual(theirs);
        expect(theirs).toContainEqual(['GET', '/pages/list', 200, expect.any(String), 'HIT']);
      },
    );
  },
);

describe('an application whose @nestjs/cache-manager has our store', () => {
  it.each<[string, (cache: Cache) => object]>([
    ['Keyv 5', (cache) => new Keyv5({ store: new KeyvStore(cache) })],
    ['Keyv 6', (cache) => new Keyv6({ store: new KeyvStore(cache) })],
  ])('is the same to its users: by %s', async (_, storeOf) => {
    const told = async (stores?: object[]): Promise<unknown[]> => {
      const module = Theirs.register({ ttl: 600_000, ...(stores && { stores: stores as never }) });
      return story(await startApplication(shopApplication(module)));
    };
    const theirs = await told();
    const cache = createCache({ name: 'stored' });
    expect(await told([storeOf(cache)])).toEqual(theirs);
    expect(cache.stats().entries).toBeGreaterThan(2);
    await cache.close();
  });
});

describe('its module', () => {
  it('uses the cache of the application, and empties its own namespace', async () => {
    const cache = createCache({ name: 'shop' });
    await cache.set('price:1', 'of the shop');
    class Shop {}
    const imports = [KeepfreshModule.forRoot({ cache }), shopApplication(CacheModule.register())];
    Module({ imports: imports as never })(Shop);
    const app = await startApplication(Shop);
    const manager = app.get<CacheManager>(CACHE_MANAGER, { strict: false });
    await manager.set('price:1', 'of the manager');
    expect(await cache.namespace('cache-manager').has('price:1')).toBe(true);
    await manager.clear();
    expect(await cache.get('price:1')).toBe('of the shop');
    await app.close();
    expect((await cache.health()).status).toBe('up');
    await cache.close();
  });

  it('uses the cache it is given, and closes the one it has made', async () => {
    const cache = createCache({ name: 'given' });
    const given = CacheModule.register({ cache, namespace: 'prices' });
    const app = await startApplication(shopApplication(given));
    await app.get<CacheManager>(CACHE_MANAGER).set('a', 1);
    expect(await cache.namespace('prices').has('a')).toBe(true);
    await app.close();
    await cache.close();

    const made = CacheModule.register({ cache: { name: 'made' } });
    const other = await startApplication(shopApplication(made));
    const manager = other.get<CacheManager>(CACHE_MANAGER);
    await other.close();
    await expect(manager.get('a')).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('gives each caller a copy, as a cache that is changed by its users must', async () => {
    const app = await startApplication(shopApplication(CacheModule.register()));
    const manager = app.get<CacheManager>(CACHE_MANAGER);
    await manager.set('a', { tags: ['x'] });
    (await manager.get<{ tags: string[] }>('a'))!.tags.push('y');
    expect(await manager.get('a')).toEqual({ tags: ['x'] });
  });

  it('refuses stores, and says what takes their place', async () => {
    const started = startApplication(
      shopApplication(CacheModule.register({ stores: [] } as never)),
    );
    await expect(started).rejects.toThrow(
      /options\.stores must be absent: give the cache, such as/,
    );
    const misspelt = startApplication(shopApplication(CacheModule.register({ tll: 1 } as never)));
    await expect(misspelt).rejects.toThrow(/has no option 'tll'; it has/);
  });
});
