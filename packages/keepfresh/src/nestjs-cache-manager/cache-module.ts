import { Cache as CacheManagerToken, CACHE_MANAGER } from '@nestjs/cache-manager';
import {
  ConfigurableModuleBuilder,
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  Module,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { CacheManager } from '../cache-manager/cache-manager.ts';
import { Cache } from '../core/cache.ts';
import { checkNames } from '../core/check-options.ts';
import { createCache } from '../core/create-cache.ts';
import { invalidArgument } from '../core/errors.ts';
import type { CacheOptions } from '../core/options.ts';
import { cacheToken } from '../nestjs/cache-token.ts';

/** What `CacheModule.register` takes: the options of @nestjs/cache-manager, and the cache in place of its stores. */
export interface CacheModuleOptions {
  /** Lifetime in milliseconds of what is set without one. @default 7 days */
  readonly ttl?: number;
  /** Last part of the lifetime, in milliseconds, in which `wrap` answers and loads anew at once. @default 0 */
  readonly refreshThreshold?: number;
  /** Namespace of the cache that the values are in, and that `clear` empties. @default 'cache-manager' */
  readonly namespace?: string;
  /** What `cacheId()` tells. @default 'keepfresh' */
  readonly cacheId?: string;
  /** Taken and not needed: nothing waits for the slower of several stores. */
  readonly nonBlocking?: boolean;
  /** Whether other modules need not import it. @default false */
  readonly isGlobal?: boolean;
  /**
   * A cache, or options of `createCache` for one that is closed with the application.
   * @default the cache of `KeepfreshModule`, or else one in memory whose values are copied
   */
  readonly cache?: Cache<string> | CacheOptions<string>;
}

/** A provider that makes the options. */
export interface CacheOptionsFactory {
  createCacheOptions(): Promise<CacheModuleOptions> | CacheModuleOptions;
}

/** What `CacheModule.registerAsync` takes. */
export type CacheModuleAsyncOptions = ConfigurableModuleAsyncOptions<
  CacheModuleOptions,
  'createCacheOptions'
> & {
  readonly isGlobal?: boolean;
  readonly extraProviders?: Provider[];
};

const builder = new ConfigurableModuleBuilder<CacheModuleOptions>({ moduleName: 'Cache' })
  .setFactoryMethodName('createCacheOptions')
  .build();

/** What is injected as CACHE_MANAGER; closes its cache with the application if it has made it. */
class ModuleCacheManager implements OnApplicationShutdown {
  readonly manager: CacheManager;
  readonly #own: Cache<string> | undefined;

  constructor(options: CacheModuleOptions, ofApplication: Cache<string> | undefined) {
    const { cache, namespace = 'cache-manager' } = options;
    checkModuleOptions(options);
    const given = cache instanceof Cache ? cache : cache === undefined ? ofApplication : undefined;
    this.#own = given === undefined ? createCache(cacheOptionsOf(cache)) : undefined;
    const { ttl, refreshThreshold, cacheId } = options;
    this.manager = new CacheManager((given ?? this.#own!).namespace(namespace), {
      ...(ttl === undefined || ttl === 0 ? {} : { ttl }),
      ...(refreshThreshold === undefined ? {} : { refreshThreshold }),
      ...(cacheId === undefined ? {} : { cacheId }),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#own?.close();
  }
}

/**
 * `CacheModule` of @nestjs/cache-manager over a cache: an application changes the import, and gives the cache where
 * it gave stores. `CACHE_MANAGER`, `Cache`, `CacheInterceptor`, `CacheKey` and `CacheTTL` are those of
 * @nestjs/cache-manager, and may be imported from here too.
 */
export class CacheModule {
  static register(options: CacheModuleOptions = {}): DynamicModule {
    return ours(builder.ConfigurableModuleClass.register(options), options.isGlobal);
  }

  static registerAsync(options: CacheModuleAsyncOptions): DynamicModule {
    const { isGlobal, extraProviders = [], ...rest } = options;
    const module = builder.ConfigurableModuleClass.registerAsync(rest);
    return ours(
      { ...module, providers: [...(module.providers ?? []), ...extraProviders] },
      isGlobal,
    );
  }
}

Module({})(CacheModule);

function ours(module: DynamicModule, isGlobal: boolean | undefined): DynamicModule {
  return {
    ...module,
    module: CacheModule,
    global: isGlobal ?? false,
    providers: [
      ...(module.providers ?? []),
      {
        provide: ModuleCacheManager,
        inject: [builder.MODULE_OPTIONS_TOKEN, { token: cacheToken(), optional: true }],
        useFactory: (options: CacheModuleOptions, cache?: Cache<string>) =>
          new ModuleCacheManager(options, cache),
      },
      {
        provide: CACHE_MANAGER,
        inject: [ModuleCacheManager],
        useFactory: ({ manager }: ModuleCacheManager) => manager,
      },
      { provide: CacheManagerToken, useExisting: CACHE_MANAGER },
    ],
    exports: [CACHE_MANAGER, CacheManagerToken],
  };
}

/** Values of a cache in memory were the caller's own objects: an application may change what it is given. */
function cacheOptionsOf(
  cache: CacheOptions<string> | Cache<string> | undefined,
): CacheOptions<string> {
  if (cache !== undefined) return cache as CacheOptions<string>;
  return { name: 'cache-manager', sharing: 'copied' };
}

const optionNames = [
  'ttl',
  'refreshThreshold',
  'namespace',
  'cacheId',
  'nonBlocking',
  'isGlobal',
  'cache',
];

function checkModuleOptions(options: CacheModuleOptions & { readonly stores?: unknown }): void {
  const { stores, ...rest } = options;
  if (stores !== undefined) {
    const allowed =
      "absent: give the cache, such as cache: { name: 'shop', remote: redis({ url }) }";
    throw invalidArgument('CacheModule options.stores', allowed, stores);
  }
  checkNames(rest, 'CacheModule options', optionNames);
}
