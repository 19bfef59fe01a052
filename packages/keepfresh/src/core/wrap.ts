import { checkNames } from './check-options.ts';
import type { EntryPolicy, Loader } from './engine/entry-policy.ts';
import type { InvalidationResult } from './engine/invalidator.ts';
import { invalidArgument } from './errors.ts';
import type { EntryOptions } from './options.ts';

export interface WrapOptions<
  Args extends readonly unknown[],
  T,
  Profile extends string = never,
> extends Omit<EntryOptions<Profile, T>, 'tags'> {
  /** The key for the arguments; every argument that changes the result belongs into it. */
  readonly key: (...args: Args) => string;
  /** Tags of the value: names, or a function of the value and the arguments. */
  readonly tags?: readonly string[] | ((value: T, ...args: Args) => readonly string[]);
}

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
  /** The slot of a value that can be served as it is, or -1. */
  readonly find: (key: string) => number;
  /** The value in the slot that was found for the key, counted as a hit. */
  readonly take: (key: string, slot: number) => unknown;
  readonly read: (key: string, loader: Loader, policy: EntryPolicy) => Promise<unknown>;
  readonly refresh: (key: string, loader: Loader, policy: EntryPolicy) => Promise<unknown>;
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
];

/** Makes the cached function; see `Cache.wrap`. */
export function wrap<Args extends readonly unknown[], T>(
  access: WrapAccess,
  load: (...args: Args) => Promise<T> | T,
  options: WrapOptions<Args, T, string>,
): Wrapped<Args, T> {
  checkNames(options, 'wrap options', wrapNames);
  const { key: keyOf, tags, ...entry } = options;
  if (typeof load !== 'function') throw invalidArgument('the wrapped function', 'a function', load);
  if (typeof keyOf !== 'function') throw invalidArgument('wrap options.key', 'a function', keyOf);
  const fixedTags = tags === undefined || typeof tags === 'function' ? {} : { tags };
  const policy = access.resolve({ ...entry, ...fixedTags });
  const policyFor = (args: Args): EntryPolicy =>
    typeof tags === 'function' ? { ...policy, tags: (value) => tags(value as T, ...args) } : policy;

  const cached = (...args: Args): Promise<T> => {
    const key = keyOf(...args);
    const slot = access.find(key);
    if (slot !== -1) return Promise.resolve(access.take(key, slot) as T);
    return access.read(key, () => load(...args), policyFor(args)) as Promise<T>;
  };
  return Object.assign(cached, {
    key: keyOf,
    peek: (...args: Args): T | undefined => {
      const key = keyOf(...args);
      const slot = access.find(key);
      return slot === -1 ? undefined : (access.take(key, slot) as T);
    },
    invalidate: (...args: Args) => access.invalidate(keyOf(...args)),
    refresh: (...args: Args) =>
      access.refresh(keyOf(...args), () => load(...args), policyFor(args)) as Promise<T>,
  });
}
