import type { OnModuleInit } from '@nestjs/common';
import type { DiscoveryService } from '@nestjs/core';
import type { Cache } from '../core/cache.ts';
import { bindCache } from '../decorators/cache-binding.ts';
import { hasDecoratedMethods } from '../decorators/decorated-method.ts';

/**
 * Gives a cache to the decorated methods of an application's providers and controllers: to the classes as soon
 * as it is there, so that hooks may call them and request-scoped objects have it; to each object once it is made,
 * so that two applications in one process have their own.
 */
export class CacheBinder implements OnModuleInit {
  readonly #discovery: DiscoveryService;
  readonly #cache: Cache<string>;
  readonly #name: string;

  constructor(discovery: DiscoveryService, cache: Cache<string>, name: string) {
    this.#discovery = discovery;
    this.#cache = cache;
    this.#name = name;
    for (const { metatype } of this.#wrappers()) {
      const prototype: unknown = (metatype as { prototype?: unknown } | null)?.prototype;
      if (isObject(prototype)) this.#bind(prototype);
    }
  }

  onModuleInit(): void {
    for (const wrapper of this.#wrappers()) {
      if (!wrapper.isDependencyTreeStatic()) continue;
      const instance: unknown = wrapper.instance;
      if (isObject(instance)) this.#bind(instance);
    }
  }

  #wrappers(): ReturnType<DiscoveryService['getProviders']> {
    return [...this.#discovery.getProviders(), ...this.#discovery.getControllers()];
  }

  #bind(target: object): void {
    if (hasDecoratedMethods(target)) bindCache(target, this.#cache, this.#name);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
