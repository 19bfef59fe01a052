import { checkNames } from './check-options.ts';
import { checkOf } from './entry-options.ts';
import { type CountedReads, freshRead, plainRead } from './counted-reads.ts';
import type { EntryPolicy, Loader } from './engine/entry-policy.ts';
import type { InvalidationResult } from './engine/invalidator.ts';
import { invalidArgument } from './errors.ts';
import type { KeySpace } from './key-space.ts';
import type { CheckOptions, EntryOptions } from './options.ts';
import type { SchemaOutput, StandardSchema } from './ports/standard-schema.ts';

export interface WrapOptions<
  Args extends readonly unknown[],
  T,
  Profile extends string = never,
> extends Omit<EntryOptions<Profile, T>, 'tags'> {
  /** The key for the arguments; every argument that changes the result belongs into it. */
  readonly key: (...args: Args) => string;
  /** Tags of the value: names, or a function of the value and the arguments. */
  readonly tags?: readonly string[] | ((value: T, ...args: Args) => readonly string[]);
  /** Values of which it says true are given to those who asked, and not kept. */
  readonly unless?: (value: T, ...args: Args) => boolean;
  /** Only a value that is current as of each call will do: the log is asked first. @default false */
  readonly fresh?: boolean;
}

/** Options of a cached function whose values are checked. */
export type CheckedWrapOptions<
  Args extends readonly unknown[],
  Schema extends StandardSchema,
  Profile extends string = never,
> = WrapOptions<Args, SchemaOutput<Schema>, Profile> &
  CheckOptions<Schema> & { readonly schema: Schema };

/** A cached function; its methods take the same arguments as the function. */
export interface Wrapped<Args extends readonly unknown[], T> {
  (...args: Args): Promise<T>;
  /** The value if this process's memory has it fresh, at once; otherwise undefined. */
  peek(...args: Args): T | undefined;
  /** The key for these arguments. */
  key(...args: Args): string;
  /** Invalidates the value for these arguments. */
  invalidate(...args: Args): Promise<InvalidationResult>;
  /** Loads the value for these arguments now, whatever is cached, and keeps it in place of what was. */
  refresh(...args: Args): Promise<T>;
}

/** What a cached function needs of its cache. */
export interface WrapAccess {
  readonly keys: KeySpace;
  readonly reads: CountedReads;
  readonly invalidate: (key: string) => Promise<InvalidationResult>;
  readonly resolve: (entry: EntryOptions<string, never>) => EntryPolicy;
}

const wrapNames = [
  'key',
  'profile',
  'ttl',
  'staleWhileRevalidate',
  'staleIfError',
  'negativeTtl',
  'jitter',
  'loadTimeout',
  'tags',
  'schema',
  'migrate',
  'unless',
  'fresh',
];

/** Makes the cached function; see `Cache.wrap`. */
export function wrap<Args extends readonly unknown[], T>(
  access: WrapAccess,
  source: (...args: Args) => Promise<T> | T,
  options: WrapOptions<Args, T, string> & CheckOptions<StandardSchema>,
): Wrapped<Args, T> {
  checkNames(options, 'wrap options', wrapNames);
  const { key: keyOf, tags, schema, migrate: _, unless, fresh = false, ...entry } = options;
  if (typeof source !== 'function') {
    throw invalidArgument('the wrapped function', 'a function', source);
  }
  if (typeof keyOf !== 'function') throw invalidArgument('wrap options.key', 'a function', keyOf);
  if (unless !== undefined && typeof unless !== 'function') {
    throw invalidArgument('wrap options.unless', 'a function', unless);
  }
  if (typeof fresh !== 'boolean')
    throw invalidArgument('wrap options.fresh', 'true or false', fresh);
  const fixedTags = tags === undefined || typeof tags === 'function' ? {} : { tags };
  const check = checkOf(options, 'wrap options');
  const policy = { ...access.resolve({ ...entry, ...fixedTags }), check };
  const policyFor = (args: Args): EntryPolicy =>
    typeof tags === 'function' ? { ...policy, tags: (value) => tags(value as T, ...args) } : policy;

  const { keys, reads } = access;
  const mode = fresh ? freshRead : plainRead;
  const loaderOf = (args: Args): Loader => {
    if (unless === undefined) return () => source(...args);
    return async (context) => {
      const value = await source(...args);
      if (unless(value, ...args)) context.skip();
      return value;
    };
  };
  const load = async (key: string, ...args: Args): Promise<T> =>
    (await reads.read(keys.named(key), loaderOf(args), policyFor(args), mode)) as T;
  const refresh = async (...args: Args): Promise<T> => {
    return (await reads.refresh(keys.named(keyOf(...args)), loaderOf(args), policyFor(args))) as T;
  };
  // The arguments are only ever handed on: so V8 makes no array of them for a hit.
  const cached = (...args: Args): Promise<T> => {
    const key = keyOf(...args);
    if (fresh) return load(key, ...args);
    const held = reads.promise(keys.sought(key), schema) as Promise<T> | undefined;
    return held ?? load(key, ...args);
  };
  return Object.assign(cached, {
    key: keyOf,
    peek: (...args: Args): T | undefined =>
      reads.peek(keys.sought(keyOf(...args)), schema) as T | undefined,
    invalidate: (...args: Args) => access.invalidate(keyOf(...args)),
    refresh,
  });
}
