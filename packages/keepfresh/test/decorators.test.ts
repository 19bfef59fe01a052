import 'reflect-metadata';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Injectable, Module, Scope } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Cache, createCache } from '../src/core/index.ts';
import { Cacheable, CacheEvict, CacheKey, createDecorators } from '../src/decorators/index.ts';
import { cacheToken, InjectCache, KeepfreshModule } from '../src/nestjs/index.ts';

const run = promisify(execFile);
const home = join(import.meta.dirname, '..');
const caches: Cache[] = [];

function newCache(name = 'decorated'): Cache {
  const cache = createCache({ name });
  caches.push(cache);
  return cache;
}

afterEach(async () => {
  await Promise.all(caches.splice(0).map((cache) => cache.close()));
});

describe.each([
  ['standard decorators', []],
  ['experimentalDecorators', ['--experimentalDecorators']],
])('compiled with %s', (_name, flags) => {
  it('decorated classes pass the same checks, of their types too', async () => {
    const out = await mkdtemp(join(home, '..', '..', 'node_modules', '.decorators-'));
    try {
      const options = [
        '--ignoreConfig',
        '--rootDir',
        home,
        '--outDir',
        out,
        '--rewriteRelativeImportExtensions',
        '--target',
        'es2022',
        '--lib',
        'esnext',
        '--module',
        'nodenext',
        '--strict',
        '--noImplicitOverride',
        '--exactOptionalPropertyTypes',
        '--types',
        'node',
        '--skipLibCheck',
      ];
      const tsc = join(home, '..', '..', 'node_modules', '.bin', 'tsc');
      await run(tsc, [...options, ...flags, join(home, 'test', 'decorators', 'run.ts')]).catch(
        ({ stdout }: { stdout: string }) => expect(stdout).toBe(''),
      );
      const program = join(out, 'test', 'decorators', 'run.js');
      await run(process.execPath, [
        '--input-type=module',
        '-e',
        `await import(${JSON.stringify(program)})`,
      ]);
    } finally {
      await rm(out, { recursive: true });
    }
  });
});

describe('@CacheKey', () => {
  it('names parameters for templates', async () => {
    const decorators = createDecorators(newCache());
    class Products {
      runs = 0;
      @decorators.Cacheable({ key: 'product:{id}:{lang}' })
      async find(@CacheKey('lang') lang: string, @CacheKey('id') id: number): Promise<string> {
        return `${id} ${lang} ${++this.runs}`;
      }
      @decorators.Cacheable({ key: 'product:{unknown}' })
      async wrong(id: number): Promise<number> {
        return id;
      }
    }
    const products = new Products();
    expect(await products.find('de', 1)).toBe('1 de 1');
    expect(await products.find('de', 1)).toBe('1 de 1');
    expect(await products.find('en', 1)).toBe('1 en 2');
    await expect(products.wrong(1)).rejects.toThrow(/@CacheKey\('unknown'\)/);
    expect(() => CacheKey('not a name')).toThrow(/@CacheKey must be a name/);
  });
});

describe('createDecorators', () => {
  it('takes a cache, and nothing else', () => {
    expect(() => createDecorators(undefined as never)).toThrow(
      /argument of createDecorators must be/,
    );
  });
});

describe('afterCommit', () => {
  it('keeps nothing that is loaded before the transaction has settled', async () => {
    const cache = newCache();
    const { CacheEvict: Evict } = createDecorators(cache);
    let commit: (() => void) | undefined;
    class Products {
      @Evict({ keys: 'product:1', afterCommit: (settled) => void (commit = settled) })
      async change(): Promise<string> {
        return 'changed';
      }
    }
    expect(await new Products().change()).toBe('changed');
    expect(await cache.getOrSet('product:1', () => 'old')).toBe('old');
    expect(await cache.has('product:1')).toBe(false);
    commit!();
    await vi.waitFor(async () => {
      await cache.getOrSet('product:1', () => 'new');
      expect(cache.peek('product:1')).toBe('new');
    });
  });

  it('rejects as the method does, and settles with it', async () => {
    const cache = newCache();
    const { CacheEvict: Evict } = createDecorators(cache);
    class Products {
      @Evict({ keys: 'product:1', afterCommit: () => {} })
      async change(): Promise<string> {
        throw new Error('refused');
      }
    }
    await expect(new Products().change()).rejects.toThrow('refused');
    await cache.getOrSet('product:1', () => 'kept');
    expect(cache.peek('product:1')).toBe('kept');
  });

  it.each(['succeeds', 'fails'])(
    'that throws is the only failure, if the method %s',
    async (end) => {
      const unhandled: unknown[] = [];
      const note = (error: unknown): void => void unhandled.push(error);
      process.on('unhandledRejection', note);
      let runs = 0;
      class Products {
        @(createDecorators(newCache()).CacheEvict({
          keys: 'product:1',
          afterCommit: () => {
            throw new Error('no transaction');
          },
        }))
        async change(): Promise<void> {
          runs++;
          if (end === 'fails') throw new Error('refused');
        }
      }
      await expect(new Products().change()).rejects.toThrow('no transaction');
      // Node tells of a rejection when the microtasks are done.
      await new Promise((resolve) => setImmediate(resolve));
      process.off('unhandledRejection', note);
      expect({ runs, unhandled }).toEqual({ runs: 0, unhandled: [] });
    },
  );
});

describe('in a NestJS application', () => {
  let runs = 0;

  @Injectable()
  class Products {
    @Cacheable({ key: 'product:{0}' })
    async find(id: number): Promise<string> {
      return `${id} ${++runs}`;
    }
    @CacheEvict({ keys: 'product:{0}' })
    async change(id: number): Promise<number> {
      return id;
    }
    @Cacheable({ key: 'search:{0}', cache: 'search' })
    async search(text: string): Promise<string> {
      return `${text} ${++runs}`;
    }
  }

  @Injectable({ scope: Scope.REQUEST })
  class PerRequest {
    @Cacheable({ key: 'per-request' })
    async find(): Promise<number> {
      return ++runs;
    }
  }

  @Injectable()
  class Early {
    found: string | undefined;
    readonly cache: Cache;
    constructor(
      readonly products: Products,
      @InjectCache() cache: Cache,
    ) {
      this.cache = cache;
    }
    async onModuleInit(): Promise<void> {
      this.found = await this.products.find(70);
    }
  }

  function applicationWith(...imports: object[]): new () => object {
    class Application {}
    Module({ imports: imports as never, providers: [Products, PerRequest, Early] })(Application);
    return Application;
  }

  it('decorated methods find the caches by name, in hooks and in objects of a request too', async () => {
    const search = newCache('search');
    const app = await NestFactory.createApplicationContext(
      applicationWith(
        KeepfreshModule.forRoot({ name: 'shop' }),
        KeepfreshModule.forRootAsync({ as: 'search', useFactory: async () => ({ cache: search }) }),
      ),
      { logger: false },
    );
    const products = app.get(Products);
    expect(await products.find(1)).toBe(await products.find(1));
    expect(app.get(Early).found).toBe(await products.find(70));
    const before = await products.find(1);
    await products.change(1);
    expect(await products.find(1)).not.toBe(before);
    expect(await products.search('a')).toBe(await products.search('a'));
    expect(search.peek('search:a')).toBeDefined();
    const [one, two] = await Promise.all([app.resolve(PerRequest), app.resolve(PerRequest)]);
    expect(one).not.toBe(two);
    expect(await one.find()).toBe(await two.find());
    const own = app.get<Cache>(cacheToken());
    await app.close();
    await expect(own.get('k')).rejects.toMatchObject({ code: 'CLOSED' });
    expect(await search.get('search:a')).toBeDefined();
  });

  it('two applications in one process have caches of their own', async () => {
    const open = (name: string) =>
      NestFactory.createApplicationContext(applicationWith(KeepfreshModule.forRoot({ name })), {
        logger: false,
      });
    const [a, b] = [await open('a'), await open('b')];
    await a.get(Products).find(5);
    expect(b.get<Cache>(cacheToken()).peek('product:5')).toBeUndefined();
    expect(a.get<Cache>(cacheToken()).peek('product:5')).toBeDefined();
    await Promise.all([a.close(), b.close()]);
  });

  it('a method without a cache says which, and what to import', async () => {
    class Orphans {
      @Cacheable({ key: 'a' })
      async find(): Promise<number> {
        return 1;
      }
    }
    await expect(new Orphans().find()).rejects.toMatchObject({
      code: 'NOT_READY',
      message: expect.stringMatching(
        /^Orphans\.find is decorated, .*KeepfreshModule\.forRoot/,
      ) as string,
    });
  });
});
