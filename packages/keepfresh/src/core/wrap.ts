import type { BatchLoader } from './batch-load.ts';
import { checkNames } from './check-options.ts';
import { checkOf, entryNames } from './entry-options.ts';
import { callInLoad } from './current-load.ts';
import { type CountedReads, freshRead, plainRead } from './counted-reads.ts';
import type { EntryPolicy } from './engine/entry-policy.ts';
import type { LoadContext, Loader } from './engine/loads/loader.ts';
import { isNotModified } from './engine/loads/load.ts';
import type { InvalidationResult } from './engine/invalidations/invalidator.ts';
import { invalidArgument } from './errors.ts';
import type { KeySpace } from './key-space.ts';
import type { ManyReads } from './many-reads.ts';
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
  /**
   * Loads several at once for `many`: values in the order of the arguments; an `Error` is the failure of one. Each has
   * its context.
   */
  readonly loadMany?: (
    args: readonly OneOf<Args>[],
    contexts: readonly LoadContext[],
  ) => Promise<readonly (T | Error)[]> | readonly (T | Error)[];
  /**
   * Has the calls that are made most remembered under this name, across restarts, for `warm`. Of calls whose arguments
   * are texts, numbers, booleans and null. @default they are not
   */
  readonly remember?: string;
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

/** The argument of a function that takes exactly one. */
export type OneOf<Args extends readonly unknown[]> = Args extends readonly [infer One]
  ? One
  : never;

/** A cached function; its methods take the same arguments as the function. */
export interface Wrapped<Args extends readonly unknown[], T> {
  (...args: Args): Promise<T>;
  /** The value if this process's memory has it fresh, at once; otherwise undefined. */
  peek(...args: Args): T | undefined;
  /**
   * The values for several arguments, in their order, of a function that takes one. The remote is asked once per
   * node; what is missing is loaded by `loadMany`, or each by itself. Rejects with SOME_FAILED.
   */
  many(args: readonly OneOf<Args>[]): Promise<T[]>;
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

const wrapNames = [
  'key',
  'remember',
  'schema',
  'migrate',
  'unless',
  'loadMany',
  'fresh',
  ...entryNames,
];

/** Makes the cached function; see `Cache.wrap`. */
export function wrap<Args extends readonly unknown[], T>(
  access: WrapAccess,
  source: (...args: Args) => Promise<T> | T,
  options: WrapOptions<Args, T, string> & CheckOptions<StandardSchema>,
): Wrapped<Args, T> {
  checkNames(options, 'wrap options', wrapNames);
  const {
    key: keyOf,
    tags,
    schema,
    migrate: _,
    unless,
    loadMany,
    remember,
    fresh = false,
    ...entry
  } = options;
  checkFunctions(source, { key: keyOf, unless, loadMany });
  if (typeof fresh !== 'boolean')
    throw invalidArgument('wrap options.fresh', 'true or false', fresh);
  const check = checkOf(options, 'wrap options');
  const policyFor = policiesOf(access, { tags, entry, check });
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
  const many = manyOf(access.many, { keyOf, policyFor, loaderOf, loadMany, unless, fresh });
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
  options: {
    readonly tags: WrapOptions<Args, T, string>['tags'] | undefined;
    readonly entry: EntryOptions<string, never>;
    readonly check: EntryPolicy['check'];
  },
): (args: Args) => EntryPolicy {
  const { tags, entry, check } = options;
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

function manySeenBy<One, T>(
  see: (args: readonly unknown[]) => void,
  many: (args: readonly One[]) => T,
): (args: readonly One[]) => T {
  return (args) => {
    for (const one of args) see([one]);
    return many(args);
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

/** All of them functions, and what is not optional there. */
function checkFunctions(source: unknown, options: Readonly<Record<string, unknown>>): void {
  if (typeof source !== 'function') {
    throw invalidArgument('the wrapped function', 'a function', source);
  }
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === 'function' || (value === undefined && name !== 'key')) continue;
    throw invalidArgument(`wrap options.${name}`, 'a function', value);
  }
}

/** Reads several values of a cached function that takes one argument. */
function manyOf<Args extends readonly unknown[], T>(
  many: ManyReads,
  options: {
    readonly loadMany: WrapOptions<Args, T, string>['loadMany'] | undefined;
    readonly unless: WrapOptions<Args, T, string>['unless'] | undefined;
    readonly keyOf: (...args: Args) => string;
    readonly policyFor: (args: Args) => EntryPolicy;
    readonly loaderOf: (args: Args) => Loader;
    readonly fresh: boolean;
  },
): Wrapped<Args, T>['many'] {
  const { keyOf, policyFor, loaderOf, loadMany, unless, fresh } = options;
  return async (all) => {
    if (!Array.isArray(all)) throw invalidArgument('the argument of many', 'an array', all);
    const calls = all.map((one) => [one] as unknown as Args);
    const keys = calls.map((args) => keyOf(...args));
    const names = many.names(keys, 'the arguments of many');
    const policyOf = (n: number): EntryPolicy => policyFor(calls[n]!);
    const batch = loadMany && many.batch(names, batchOf(calls, names, loadMany, unless));
    const load = batch ?? ((n: number): Loader => loaderOf(calls[n]!));
    const request = { names, keys: names, load, policyOf, signal: undefined, fresh };
    return (await many.getOrSet(request)) as T[];
  };
}

/** The batch loader of a call of `many`: keys are arguments again, and what must not be kept is passed over. */
function batchOf<Args extends readonly unknown[], T>(
  calls: readonly Args[],
  names: readonly string[],
  loadMany: NonNullable<WrapOptions<Args, T, string>['loadMany']>,
  unless: WrapOptions<Args, T, string>['unless'] | undefined,
): BatchLoader<T> {
  const callOf = new Map(names.map((name, n) => [name, calls[n]!]));
  return async (due, contexts) => {
    const args = due.map((name) => callOf.get(name)!);
    const ones = args.map(([one]) => one as OneOf<Args>);
    const values = await loadMany(ones, contexts);
    if (unless === undefined || !Array.isArray(values)) return values;
    for (const [n, value] of (values as readonly (T | Error)[]).entries()) {
      if (value instanceof Error || isNotModified(value)) continue;
      if (unless(value, ...args[n]!)) contexts[n]?.skip();
    }
    return values;
  };
}
