import type { Cache } from '../core/cache.ts';
import { checkNames } from '../core/check-options.ts';
import { callInLoad } from '../core/current-load.ts';
import { entryNames } from '../core/entry-options.ts';
import { CacheError, invalidArgument } from '../core/errors.ts';
import type { EntryOptions } from '../core/options.ts';
import type { Wrapped, WrapOptions } from '../core/wrap-options.ts';
import type { ArgumentsFunction, AsyncMethodDecorator } from './async-method-decorator.ts';
import { cacheOf } from './cache-binding.ts';
import { type DecoratedMethod, methodDecorator } from './decorated-method.ts';
import { argumentsText, nameText, templateText, type TextOf } from './method-key.ts';
import { overridingKey, registerHandle } from './method-handle.ts';
import { uncachedLoad } from './uncached-load.ts';

/** How the result of a method is cached: the options of an entry, and the key. */
export interface CacheableOptions<KeyOf = unknown> extends Omit<
  EntryOptions<string, never>,
  'tags'
> {
  /**
   * The key: a function of the arguments; a template over them, such as `'user:{0}:profile'` or `'order:{0.id}'`;
   * or absent, and made of all arguments behind `name`.
   */
  readonly key?: KeyOf;
  /** Begins the keys made of all arguments; no other method may have it. */
  readonly name?: string;
  /** Tags: names, templates over the arguments, or a function of the result and the arguments. */
  readonly tags?: readonly string[] | ((result: never, ...args: never[]) => readonly string[]);
  /** Calls of which it says false go to the method. */
  readonly when?: (...args: never[]) => boolean;
  /** Results of which it says true are not kept. */
  readonly unless?: (result: never, ...args: never[]) => boolean;
  /** Only a value that is current as of the call will do. @default false */
  readonly fresh?: boolean;
  /** Which cache, where an application has several. @default 'default' */
  readonly cache?: string;
}

const optionNames = ['key', 'name', 'when', 'unless', 'fresh', 'cache', ...entryNames];

/** What the caching of one method is made of. */
interface Plan {
  readonly method: DecoratedMethod;
  readonly options: CacheableOptions;
  readonly keyOf: TextOf;
  readonly cacheOf: (self: unknown) => Cache<string>;
  /** What stands in the class in the method's place. */
  readonly replacement: () => object;
}

/** Makes `@Cacheable`; `fixed` is the cache of `createDecorators`. */
export function cacheableWith(fixed: Cache<string> | undefined) {
  return <const KeyOf extends string | ArgumentsFunction | undefined = undefined>(
    options: CacheableOptions<KeyOf> = {},
  ): AsyncMethodDecorator<KeyOf> => {
    checkNames(options, '@Cacheable options', optionNames);
    return methodDecorator('Cacheable', (method) => cachedMethod(method, options, fixed)) as never;
  };
}

function cachedMethod(
  method: DecoratedMethod,
  options: CacheableOptions,
  fixed: Cache<string> | undefined,
): (this: unknown, ...args: unknown[]) => unknown {
  const plan: Plan = {
    method,
    options,
    keyOf: keyOf(method, options),
    cacheOf: cacheOf(method, fixed, options.cache),
    replacement: () => replacement,
  };
  const wraps = new Wraps(plan);
  const replacement =
    options.when === undefined ? always(wraps) : when(options.when, method, wraps);
  registerHandle(replacement, (self) => {
    const wrapped = wraps.of(self);
    return {
      key: (...args) => wrapped.key(self, ...args),
      peek: (...args) => wrapped.peek(self, ...args),
      invalidate: (...args) => wrapped.invalidate(self, ...args),
      refresh: (...args) => wrapped.refresh(self, ...args),
    };
  });
  return replacement;
}

type Replacement = (this: unknown, ...args: unknown[]) => unknown;

function always(wraps: Wraps): Replacement {
  return function (this: unknown, ...args) {
    // What the key cannot be made of is a rejection, as everything else of a promise.
    try {
      // The arguments are only ever handed on: so V8 makes no array of them for a hit.
      return wraps.callOn(this)(this, ...args);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  };
}

/** Calls of which `isCached` says false go to the method. */
function when(
  isCached: NonNullable<CacheableOptions['when']>,
  method: DecoratedMethod,
  wraps: Wraps,
): Replacement {
  return function (this: unknown, ...args) {
    try {
      if ((isCached as (...args: unknown[]) => boolean)(...args)) {
        return wraps.callOn(this)(this, ...args);
      }
      const key = (): string => wraps.of(this).key(this, ...args);
      return callInLoad(uncachedLoad(key), method.call, [this, args]);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  };
}

type SelfFirst = readonly [self: unknown, ...args: unknown[]];

type Call = (...args: SelfFirst) => Promise<unknown>;

/** The cached function of each cache that objects of the class use. */
class Wraps {
  readonly #plan: Plan;
  readonly #wraps = new WeakMap<Cache<string>, Wrapped<SelfFirst, unknown>>();
  // Most classes have one object.
  #lastSelf: unknown;
  #last: Call | undefined;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  of(self: unknown): Wrapped<SelfFirst, unknown> {
    const cache = this.#plan.cacheOf(self);
    return this.#wraps.get(cache) ?? this.#wrap(cache);
  }

  /** What a call on an object does. */
  callOn(self: unknown): Call {
    if (this.#last !== undefined && self === this.#lastSelf) return this.#last;
    const call = this.#callOn(self);
    this.#lastSelf = self;
    this.#last = call;
    return call;
  }

  /**
   * Called as `super.find` by an overriding method that is cached under the same key, it is a part of that one's load,
   * and must not wait for it.
   */
  #callOn(self: unknown): Call {
    const { method, replacement } = this.#plan;
    const wrapped = this.of(self);
    const keyOf = overridingKey(self, { name: method.name, replacement: replacement() });
    if (keyOf === undefined) return wrapped;
    return (_self, ...args) =>
      keyOf(...args) === wrapped.key(self, ...args)
        ? method.call(self, args)
        : wrapped(self, ...args);
  }

  #wrap(cache: Cache<string>): Wrapped<SelfFirst, unknown> {
    const { method, keyOf, options } = this.#plan;
    const { key: _key, name: _name, when: _when, cache: _cache, tags, unless, ...entry } = options;
    const wrapOptions: WrapOptions<SelfFirst, unknown, string> = {
      ...entry,
      key: (_self, ...args) => (keyOf as (...args: unknown[]) => string)(...args),
      ...(tags === undefined ? {} : { tags: tagsOf(method, tags) }),
      ...(unless === undefined
        ? {}
        : {
            unless: (result: unknown, _self: unknown, ...args: unknown[]) =>
              (unless as (...args: unknown[]) => boolean)(result, ...args),
          }),
    };
    const wrapped = namingMethod(method, () =>
      cache.wrap((self: unknown, ...args: unknown[]) => method.call(self, args), wrapOptions),
    );
    this.#wraps.set(cache, wrapped);
    return wrapped;
  }
}

/** A wrong option is found when there is a cache, far from where it was written. */
function namingMethod<T>({ label }: DecoratedMethod, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof CacheError)) throw error;
    throw new CacheError(error.code, `@Cacheable of ${label()}: ${error.message}`, {
      cause: error,
    });
  }
}

function keyOf(of: DecoratedMethod, { key, name }: CacheableOptions): TextOf {
  if (typeof key === 'function') return key as TextOf;
  if (typeof key === 'string') return templateText(key, of);
  if (key !== undefined) {
    throw invalidArgument('@Cacheable options.key', 'a function or a template', key);
  }
  if (typeof name === 'string' && name !== '') return argumentsText(name, of);
  throw invalidArgument(
    '@Cacheable options',
    "with a 'key', or a 'name' for keys of all arguments",
    name,
  );
}

function tagsOf(
  method: DecoratedMethod,
  tags: NonNullable<CacheableOptions['tags']>,
): (result: unknown, self: unknown, ...args: unknown[]) => readonly string[] {
  if (typeof tags === 'function') {
    return (result, _self, ...args) =>
      (tags as (...args: unknown[]) => readonly string[])(result, ...args);
  }
  const texts = tags.map((tag) => nameText(tag, method));
  return (_result, _self, ...args) =>
    texts.map((text) => (text as (...args: unknown[]) => string)(...args));
}
