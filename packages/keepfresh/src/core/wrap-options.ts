import { checkNames, checkSwitch } from './check-options.ts';
import type { LoadContext } from './engine/loads/loader.ts';
import type { InvalidationResult } from './engine/invalidations/invalidator.ts';
import type { ValueCheck } from './engine/loads/value-check.ts';
import { entryNames } from './entry-options.ts';
import { invalidArgument } from './errors.ts';
import type { CheckOptions, EntryOptions } from './options.ts';
import type { SchemaOutput, StandardSchema } from './ports/standard-schema.ts';
import { valueCheckOf } from './value-check-of.ts';

/** How a function is cached: the options of its entries, and the key. */
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

/** The options of a cached function, checked, with those of its entries in `entry`. */
export interface WrapPlan<Args extends readonly unknown[], T> {
  readonly keyOf: WrapOptions<Args, T, string>['key'];
  readonly tags: WrapOptions<Args, T, string>['tags'] | undefined;
  readonly unless: WrapOptions<Args, T, string>['unless'] | undefined;
  readonly loadMany: WrapOptions<Args, T, string>['loadMany'] | undefined;
  readonly remember: string | undefined;
  readonly entry: EntryOptions<string, never>;
  readonly check: ValueCheck | undefined;
  readonly fresh: boolean;
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

/** Throws INVALID_ARGUMENT. */
export function wrapPlanOf<Args extends readonly unknown[], T>(
  source: unknown,
  options: WrapOptions<Args, T, string> & CheckOptions<StandardSchema>,
): WrapPlan<Args, T> {
  checkNames(options, 'wrap options', wrapNames);
  const { key, tags, schema: _, migrate: __, unless, loadMany, remember, ...rest } = options;
  const { fresh = false, ...entry } = rest;
  checkFunctions(source, { key, unless, loadMany });
  checkSwitch(fresh, 'wrap options.fresh');
  const check = valueCheckOf(options, 'wrap options');
  return { keyOf: key, tags, unless, loadMany, remember, entry, check, fresh };
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
