import type { Cache } from '../core/cache.ts';
import { CacheError } from '../core/errors.ts';
import type { DecoratedMethod } from './decorated-method.ts';

const caches = new WeakMap<object, Map<string, Cache<string>>>();

/**
 * Says which cache of a name the decorated methods of an object use, and, for a prototype, those of all objects
 * that were given none. For integrations of frameworks, and for tests without one; applications use `createDecorators`.
 */
export function bindCache(target: object, cache: Cache<string>, name = 'default'): void {
  const named = caches.get(target) ?? new Map<string, Cache<string>>();
  named.set(name, cache);
  caches.set(target, named);
}

/**
 * Finds the cache that a decorated method uses: the one of `createDecorators`, or what was bound under a name.
 * What it gives throws NOT_READY, which names class and method, when there is none.
 */
export function cacheOf(
  method: DecoratedMethod,
  fixed: Cache<string> | undefined,
  name = 'default',
): (self: unknown) => Cache<string> {
  return (self) => {
    method.calledOn(self);
    return fixed ?? boundCache(self, name, method.label());
  };
}

function boundCache(self: unknown, name: string, label: string): Cache<string> {
  for (let at = self; isObject(at); at = Object.getPrototypeOf(at) as unknown) {
    const cache = caches.get(at)?.get(name);
    if (cache !== undefined) return cache;
  }
  const isDefault = name === 'default';
  const which = isDefault ? 'no cache' : `no cache named '${name}'`;
  const as = isDefault ? '' : `, as: '${name}'`;
  throw new CacheError(
    'NOT_READY',
    `${label} is decorated, but ${which} was given to it: import KeepfreshModule.forRoot({ ` +
      `name: 'shop'${as} }) in the application module, or use the decorators of createDecorators(cache); ` +
      'in a test, bindCache(object, cache)',
  );
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
