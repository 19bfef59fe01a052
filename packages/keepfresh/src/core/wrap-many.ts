import type { BatchLoader } from './batch-load.ts';
import type { EntryPolicy } from './engine/entry-policy.ts';
import { isNotModified } from './engine/loads/load.ts';
import type { Loader } from './engine/loads/loader.ts';
import { invalidArgument } from './errors.ts';
import type { ManyReads } from './many-reads.ts';
import type { OneOf, Wrapped, WrapOptions, WrapPlan } from './wrap-options.ts';

/** Reads several values of a cached function that takes one argument. */
export function manyOf<Args extends readonly unknown[], T>(
  many: ManyReads,
  { keyOf, loadMany, unless, fresh }: WrapPlan<Args, T>,
  one: {
    readonly policyFor: (args: Args) => EntryPolicy;
    readonly loaderOf: (args: Args) => Loader;
  },
): Wrapped<Args, T>['many'] {
  const { policyFor, loaderOf } = one;
  return async (all) => {
    if (!Array.isArray(all)) throw invalidArgument('the argument of many', 'an array', all);
    const calls = all.map((arg) => [arg] as unknown as Args);
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

/** The same function, whose calls are told one by one. */
export function manySeenBy<One, T>(
  see: (args: readonly unknown[]) => void,
  many: (args: readonly One[]) => T,
): (args: readonly One[]) => T {
  return (args) => {
    for (const one of args) see([one]);
    return many(args);
  };
}
