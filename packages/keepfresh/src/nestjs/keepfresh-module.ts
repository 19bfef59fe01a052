import {
  type DynamicModule,
  type FactoryProvider,
  Module,
  type ModuleMetadata,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { Cache } from '../core/cache.ts';
import { createCache } from '../core/create-cache.ts';
import { checkNames } from '../core/check-options.ts';
import { invalidArgument } from '../core/errors.ts';
import type { CacheOptions } from '../core/options.ts';
import { HttpCache } from '../http/http-cache.ts';
import type { HttpCacheSettings } from '../http/http-options.ts';
import { CacheBinder } from './cache-binder.ts';
import { cacheToken, defaultCache, httpCacheToken } from './cache-token.ts';
import { KeepfreshHealthIndicator } from './keepfresh-health-indicator.ts';

/** What the cache of a module is made of: options of `createCache`, or a cache that the application closes. */
export type KeepfreshOptions = (CacheOptions<string> | { readonly cache: Cache<string> }) & {
  /** Defaults of `@HttpCache`. */
  readonly http?: HttpCacheSettings;
};

/** How the module is known in the application. */
export interface KeepfreshModuleSettings {
  /** The name of the cache in `@InjectCache`, and in the option `cache` of decorators. @default 'default' */
  readonly as?: string;
  /** Whether other modules need not import it. @default true */
  readonly isGlobal?: boolean;
}

/** `forRoot` with options that are made by a function of other providers. */
export interface KeepfreshAsyncOptions
  extends KeepfreshModuleSettings, Pick<ModuleMetadata, 'imports'> {
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: (...args: never[]) => Promise<KeepfreshOptions> | KeepfreshOptions;
}

/** A cache and what goes with it; closed with the application if the module has made it. */
class ModuleCache implements OnApplicationShutdown {
  readonly cache: Cache<string>;
  readonly http: HttpCache;
  readonly #isOwn: boolean;

  constructor(given: KeepfreshOptions) {
    checkObject(given, 'the options of KeepfreshModule');
    const { http, ...options } = given;
    this.#isOwn = !('cache' in options);
    this.cache = 'cache' in options ? options.cache : createCache(options);
    this.http = new HttpCache(this.cache, http);
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.#isOwn) await this.cache.close();
  }
}

/**
 * Provides a cache to an application, its decorated methods and its HTTP routes. Imported once for each cache:
 * `KeepfreshModule.forRoot({ name: 'shop', remote: redis({ url }) })`, and a second with `as: 'search'`.
 */
export class KeepfreshModule {
  static forRoot(given: KeepfreshOptions & KeepfreshModuleSettings): DynamicModule {
    checkObject(given, 'the options of KeepfreshModule.forRoot');
    const { as, isGlobal, ...options } = given;
    const settings = {
      ...(as === undefined ? {} : { as }),
      ...(isGlobal === undefined ? {} : { isGlobal }),
    };
    return KeepfreshModule.forRootAsync({
      ...settings,
      useFactory: () => options as KeepfreshOptions,
    });
  }

  static forRootAsync(options: KeepfreshAsyncOptions): DynamicModule {
    checkAsyncOptions(options);
    const { as = defaultCache, isGlobal = true, imports = [], inject = [], useFactory } = options;
    const own = Symbol(`keepfresh:${as}`);
    return {
      module: KeepfreshModule,
      global: isGlobal,
      imports: [DiscoveryModule, ...imports],
      providers: [
        {
          provide: own,
          inject: [...inject],
          useFactory: async (...args: never[]) => new ModuleCache(await useFactory(...args)),
        },
        { provide: cacheToken(as), inject: [own], useFactory: ({ cache }: ModuleCache) => cache },
        { provide: httpCacheToken(as), inject: [own], useFactory: ({ http }: ModuleCache) => http },
        ...(as === defaultCache ? [{ provide: Cache, useExisting: cacheToken(as) }] : []),
        {
          provide: healthToken(as),
          inject: [own],
          useFactory: ({ cache }: ModuleCache) => new KeepfreshHealthIndicator(cache),
        },
        ...(as === defaultCache
          ? [{ provide: KeepfreshHealthIndicator, useExisting: healthToken(as) }]
          : []),
        {
          provide: Symbol('keepfresh binder'),
          inject: [DiscoveryService, own],
          useFactory: (discovery: DiscoveryService, { cache }: ModuleCache) =>
            new CacheBinder(discovery, cache, as),
        },
      ],
      exports: [
        cacheToken(as),
        httpCacheToken(as),
        healthToken(as),
        ...(as === defaultCache ? [Cache, KeepfreshHealthIndicator] : []),
      ],
    };
  }
}

Module({})(KeepfreshModule);

const asyncNames = ['as', 'isGlobal', 'imports', 'inject', 'useFactory'];

function checkAsyncOptions(options: KeepfreshAsyncOptions): void {
  const field = 'KeepfreshModule.forRootAsync options';
  checkNames(options, field, asyncNames);
  const { as, useFactory }: { as?: unknown; useFactory?: unknown } = options;
  if (as !== undefined && (typeof as !== 'string' || as === '')) {
    throw invalidArgument('KeepfreshModule options.as', 'a non-empty string', as);
  }
  if (typeof useFactory !== 'function') {
    throw invalidArgument(`${field}.useFactory`, 'a function that returns options', useFactory);
  }
}

function checkObject(options: unknown, field: string): void {
  if (typeof options === 'object' && options !== null) return;
  throw invalidArgument(field, "an object such as { name: 'shop' }", options);
}

function healthToken(name: string): string {
  return `${cacheToken(name)}:health`;
}
