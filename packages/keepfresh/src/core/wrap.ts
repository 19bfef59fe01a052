import { callInLoad } from './current-load.ts';
import { type CountedReads, freshRead, plainRead } from './counted-reads.ts';
import type { EntryPolicy } from './engine/entry-policy.ts';
import type { InvalidationResult } from './engine/invalidations/invalidator.ts';
import { isNotModified } from './engine/loads/load.ts';
import type { Loader } from './engine/loads/loader.ts';
import type { KeySpace } from './key-space.ts';
import type { ManyReads } from './many-reads.ts';
import type { CheckOptions, EntryOptions } from './options.ts';
import type { StandardSchema } from './ports/standard-schema.ts';
import { manyOf, manySeenBy } from './wrap-many.ts';
import { type Wrapped, type WrapOptions, type WrapPlan, wrapPlanOf } from './wrap-options.ts';

/** What a cached function needs of its cache. */
export interface WrapAccess {
  readonly keys: KeySpace;
  readonly reads: CountedReads;
  readonly many: ManyReads;
  readonly invalidate: (key: string) => Promise<InvalidationResult>;
  /** What is to be told of each call. Throws INVALID_ARGUMENT. */
  readonly remember: <Args extends readonly unknown[]>(
    name: string,
    call: (...args: Args) => unknown,
    keyOf: (...args: Args) => string,
  ) => (args: readonly unknown[]) => void;
  /** What the options come to, at each moment. Throws INVALID_ARGUMENT now. */
  readonly live: (
    entry: EntryOptions<string, never>,
    finish: (policy: EntryPolicy) => EntryPolicy,
  ) => () => EntryPolicy;
}

/** Makes the cached function; see `Cache.wrap`. */
export function wrap<Args extends readonly unknown[], T>(
  access: WrapAccess,
  source: (...args: Args) => Promise<T> | T,
  options: WrapOptions<Args, T, string> & CheckOptions<StandardSchema>,
): Wrapped<Args, T> {
  const plan = wrapPlanOf(source, options);
  const { keyOf, unless, remember, fresh } = plan;
  const { schema } = options;
  const policyFor = policiesOf(access, plan);
  const { keys, reads } = access;
  const mode = fresh ? freshRead : plainRead;
  const loaderOf = loadersOf(source, unless);
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
  const many = manyOf(access.many, plan, { policyFor, loaderOf });
  const see = remember === undefined ? undefined : access.remember(remember, cached, keyOf);
  return Object.assign(see === undefined ? cached : seenBy(see, cached), {
    key: keyOf,
    peek: (...args: Args): T | undefined =>
      reads.peek(keys.sought(keyOf(...args)), schema) as T | undefined,
    invalidate: (...args: Args) => access.invalidate(keyOf(...args)),
    refresh,
    many: see === undefined ? many : manySeenBy(see, many),
  });
}

/** How a call treats its entry, by the options of the function and the configuration at that moment. */
function policiesOf<Args extends readonly unknown[], T>(
  access: Pick<WrapAccess, 'live'>,
  { tags, entry, check }: WrapPlan<Args, T>,
): (args: Args) => EntryPolicy {
  const fixedTags = tags === undefined || typeof tags === 'function' ? {} : { tags };
  const policyOf = access.live({ ...entry, ...fixedTags }, (policy) => ({ ...policy, check }));
  if (typeof tags !== 'function') return policyOf;
  return (args) => ({ ...policyOf(), tags: (value) => tags(value as T, ...args) });
}

/** The function, whose calls are told. */
function seenBy<Args extends readonly unknown[], T>(
  see: (args: readonly unknown[]) => void,
  cached: (...args: Args) => T,
): (...args: Args) => T {
  return (...args) => {
    see(args);
    return cached(...args);
  };
}

/** Makes the loader of a call. */
function loadersOf<Args extends readonly unknown[], T>(
  source: (...args: Args) => Promise<T> | T,
  unless: WrapOptions<Args, T, string>['unless'] | undefined,
): (args: Args) => Loader {
  if (unless === undefined) return (args) => (context) => callInLoad(context, source, args);
  return (args) => async (context) => {
    const value = await callInLoad(context, source, args);
    if (!isNotModified(value) && unless(value, ...args)) context.skip();
    return value;
  };
}
