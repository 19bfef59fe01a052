import type { Cache } from '../core/cache.ts';
import { checkNames, oneOf } from '../core/check-options.ts';
import type { MutateOptions } from '../core/mutate-options.ts';
import { invalidArgument } from '../core/errors.ts';
import type { Targets } from '../core/targets.ts';
import type { ArgumentsFunction, AsyncMethodDecorator } from './async-method-decorator.ts';
import { cacheOf } from './cache-binding.ts';
import { type DecoratedMethod, methodDecorator } from './decorated-method.ts';
import { nameText, type TextOf } from './method-key.ts';

/** Names, templates over the arguments such as `'user:{0}:*'`, or a function of the arguments. */
export type TargetNames<Of> = string | readonly string[] | Of;

/** What a method changes, and so what is invalid once it has run. */
export interface CacheEvictOptions<KeysOf = unknown> extends Pick<
  MutateOptions,
  'timeout' | 'marker'
> {
  readonly keys?: TargetNames<KeysOf>;
  readonly tags?: TargetNames<(...args: never[]) => string | readonly string[]>;
  readonly patterns?: TargetNames<(...args: never[]) => string | readonly string[]>;
  /** Everything in the cache. @default false */
  readonly allEntries?: boolean;
  /**
   * `around`: with `mutate`, safe when the process dies in between. `before`, `after`: one invalidation; `after` is
   * left out when the method fails. @default 'around'
   */
  readonly at?: 'around' | 'before' | 'after';
  /**
   * Hands the end of the change to the transaction the method is part of: is given what to call when that has
   * been committed or rolled back. Until then nothing that is loaded is kept; with `at: 'around'` only. When it
   * throws, the call rejects with that, and the method is not run.
   */
  readonly afterCommit?: (settled: () => void) => void;
  /** Resolve only when no process serves what is covered; with `at: 'before'` and `'after'`. @default false */
  readonly strict?: boolean;
  /** Calls of which it says false invalidate nothing. */
  readonly when?: (...args: never[]) => boolean;
  /** Which cache, where an application has several. @default 'default' */
  readonly cache?: string;
}

const optionNames = [
  'keys',
  'tags',
  'patterns',
  'allEntries',
  'at',
  'afterCommit',
  'strict',
  'when',
  'cache',
  'timeout',
  'marker',
];

/** Makes `@CacheEvict`; `fixed` is the cache of `createDecorators`. */
export function cacheEvictWith(
  fixed: Cache<string> | undefined,
): <const KeysOf extends string | readonly string[] | ArgumentsFunction | undefined = undefined>(
  options: CacheEvictOptions<KeysOf>,
) => AsyncMethodDecorator<KeysOf> {
  return (options) => {
    checkNames(options, '@CacheEvict options', optionNames);
    checkCombination(options as CacheEvictOptions);
    return methodDecorator('CacheEvict', (method) =>
      evicting(method, options as CacheEvictOptions, fixed),
    ) as never;
  };
}

function evicting(
  method: DecoratedMethod,
  options: CacheEvictOptions,
  fixed: Cache<string> | undefined,
): (this: unknown, ...args: unknown[]) => unknown {
  const targetsOf = targetsFunction(method, options);
  const cacheFor = cacheOf(method, fixed, options.cache);
  const { when, at = 'around' } = options;
  return async function (this: unknown, ...args: unknown[]): Promise<unknown> {
    const run = (): unknown => method.call(this, args);
    if (when !== undefined && !(when as (...args: unknown[]) => boolean)(...args)) return run();
    const cache = cacheFor(this);
    const targets = targetsOf(args);
    if (at === 'around') return mutateAround(cache, targets, run, options);
    if (at === 'before') await invalidate(cache, targets, options);
    const result = await run();
    if (at === 'after') await invalidate(cache, targets, options);
    return result;
  };
}

async function mutateAround(
  cache: Cache<string>,
  targets: Targets,
  run: () => unknown,
  { timeout, marker, afterCommit }: CacheEvictOptions,
): Promise<unknown> {
  const options = {
    ...(timeout === undefined ? {} : { timeout }),
    ...(marker === undefined ? {} : { marker }),
  };
  if (afterCommit === undefined) return cache.mutate(targets, run, options);
  const result = Promise.withResolvers<unknown>();
  const mutation = cache.mutate(
    targets,
    async (signal) => {
      const settled = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => settled.resolve(), { once: true });
      // Before the method, so that what cannot be told of the end of its transaction never begins.
      afterCommit(settled.resolve);
      result.resolve(await run());
      await settled.promise;
    },
    options,
  );
  // Told to the caller through the result; once that is there, nothing that follows is the caller's failure.
  mutation.catch((error: unknown) => result.reject(error));
  return result.promise;
}

async function invalidate(
  cache: Cache<string>,
  targets: Targets,
  { strict }: CacheEvictOptions,
): Promise<void> {
  const options = strict === undefined ? {} : { strict };
  const { keys, tags, patterns } = targets;
  const calls: Promise<unknown>[] = [];
  if (keys !== undefined) calls.push(cache.invalidate(keys, options));
  if (tags !== undefined) calls.push(cache.invalidateTags(tags, options));
  if (patterns !== undefined) calls.push(cache.invalidatePattern(patterns, options));
  await Promise.all(calls);
}

function targetsFunction(
  method: DecoratedMethod,
  { keys, tags, patterns, allEntries }: CacheEvictOptions,
): (args: readonly unknown[]) => Targets {
  if (allEntries === true) return () => ({ patterns: '*' });
  const of = Object.entries({ keys, tags, patterns })
    .filter(([, names]) => names !== undefined)
    .map(
      ([kind, names]) =>
        [kind, namesFunction(method, names, `@CacheEvict options.${kind}`)] as const,
    );
  return (args) => Object.fromEntries(of.map(([kind, namesOf]) => [kind, namesOf(args)]));
}

function namesFunction(
  method: DecoratedMethod,
  names: unknown,
  field: string,
): (args: readonly unknown[]) => string | readonly string[] {
  if (typeof names === 'function') {
    return (args) => Reflect.apply(names, undefined, args) as string | readonly string[];
  }
  const list = typeof names === 'string' ? [names] : names;
  if (!Array.isArray(list) || list.some((each) => typeof each !== 'string')) {
    throw invalidArgument(field, 'names, templates or a function', names);
  }
  const texts = list.map((each: string): TextOf => nameText(each, method));
  return (args) => texts.map((text) => Reflect.apply(text, undefined, args) as string);
}

function checkCombination(options: CacheEvictOptions): void {
  const { keys, tags, patterns, allEntries, afterCommit, strict } = options;
  const at = oneOf(options.at, '@CacheEvict options.at', ['around', 'before', 'after']);
  const named = keys !== undefined || tags !== undefined || patterns !== undefined;
  if (named === (allEntries === true)) {
    throw invalidArgument(
      '@CacheEvict options',
      'with keys, tags or patterns, or else allEntries',
      options,
    );
  }
  if (afterCommit !== undefined && (typeof afterCommit !== 'function' || at !== 'around')) {
    throw invalidArgument(
      '@CacheEvict options.afterCommit',
      "a function, with at: 'around'",
      afterCommit,
    );
  }
  if (strict === true && at === 'around') {
    throw invalidArgument(
      '@CacheEvict options.strict',
      "with at: 'before' or 'after' only",
      strict,
    );
  }
}
