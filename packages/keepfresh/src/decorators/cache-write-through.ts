import type { Cache } from '../core/cache.ts';
import { checkNames } from '../core/check-options.ts';
import { entryNames } from '../core/entry-options.ts';
import { invalidArgument } from '../core/errors.ts';
import type { EntryOptions } from '../core/options.ts';
import type { ArgumentsFunction, AsyncMethodDecorator } from './async-method-decorator.ts';
import { cacheOf } from './cache-binding.ts';
import { type DecoratedMethod, methodDecorator } from './decorated-method.ts';
import { nameText, type TextOf } from './method-key.ts';

/** How the result of a method that writes is kept. */
export interface CacheWriteThroughOptions<KeyOf = unknown> extends Omit<
  EntryOptions<string, never>,
  'tags'
> {
  /** The key of the result: a function of the arguments, or a template over them. */
  readonly key: KeyOf;
  /** Tags: names, templates over the arguments, or a function of the result. */
  readonly tags?: readonly string[] | ((result: never) => readonly string[]);
  /** Version of the result in its source, such as a row version: a smaller one never replaces a larger. */
  readonly version?: (result: never) => number;
  /** Results of which it says true are not kept. */
  readonly unless?: (result: never, ...args: never[]) => boolean;
  /** Which cache, where an application has several. @default 'default' */
  readonly cache?: string;
}

const optionNames = ['key', 'version', 'unless', 'cache', ...entryNames];

/**
 * Makes `@CacheWriteThrough`: the method is the writer of a `set`, and what it returns is kept. The source comes
 * first: a value that it refused is never cached.
 */
export function cacheWriteThroughWith(
  fixed: Cache<string> | undefined,
): <const KeyOf extends string | ArgumentsFunction>(
  options: CacheWriteThroughOptions<KeyOf>,
) => AsyncMethodDecorator<KeyOf> {
  return (options) => {
    checkNames(options, '@CacheWriteThrough options', optionNames);
    return methodDecorator('CacheWriteThrough', (method) =>
      writingThrough(method, options as CacheWriteThroughOptions, fixed),
    ) as never;
  };
}

function writingThrough(
  method: DecoratedMethod,
  options: CacheWriteThroughOptions,
  fixed: Cache<string> | undefined,
): (this: unknown, ...args: unknown[]) => unknown {
  const { key, tags, version, unless, cache: which, ...entryOptions } = options;
  const cacheFor = cacheOf(method, fixed, which);
  const keyOf = keyFunction(key, (template) => nameText(template, method));
  const tagTexts =
    typeof tags === 'function' ? [] : (tags ?? []).map((tag) => nameText(tag, method));
  return async function (this: unknown, ...args: unknown[]): Promise<unknown> {
    const cache = cacheFor(this);
    const name = Reflect.apply(keyOf, undefined, args) as string;
    let result: unknown;
    const named = tagTexts.map((text) => Reflect.apply(text, undefined, args) as string);
    await cache.set<unknown>(name, undefined, {
      ...entryOptions,
      tags: typeof tags === 'function' ? (tags as () => string[]) : named,
      ...(version === undefined ? {} : { version: version as () => number }),
      writer: async (_, context) => {
        result = await method.call(this, args);
        const skips = unless !== undefined && Reflect.apply(unless, undefined, [result, ...args]);
        if (skips === true) context.skip();
        return result;
      },
    });
    return result;
  };
}

function keyFunction(key: unknown, templateOf: (template: string) => TextOf): TextOf {
  if (typeof key === 'function') return key as TextOf;
  if (typeof key === 'string') return templateOf(key);
  throw invalidArgument('@CacheWriteThrough options.key', 'a function or a template', key);
}
