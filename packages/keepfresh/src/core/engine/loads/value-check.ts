import { CacheError, invalidArgument } from '../../errors.ts';
import type { Codec } from '../../ports/codec.ts';
import type { SchemaIssue, SchemaResult, StandardSchema } from '../../ports/standard-schema.ts';
import { encodeValue } from '../store/encode-value.ts';
import type { Loader } from './loader.ts';

/** How the values of an entry are checked: those that are loaded, and those that are found in the cache. */
export interface ValueCheck {
  readonly schema: StandardSchema;
  /** Makes of a cached value that does not fit one that may. */
  readonly migrate: ((old: unknown) => unknown) | undefined;
}

/** By which schema what memory holds was found to fit. A text or number is not in here, and checked each time. */
const accepted = new WeakMap<object, StandardSchema>();

/** Schemas that were seen to give back their own output unchanged. */
const proven = new WeakSet<StandardSchema>();

/** Notes that what memory holds fits the schema. */
export function accept(sealed: unknown, schema: StandardSchema): void {
  if (typeof sealed === 'object' && sealed !== null) accepted.set(sealed, schema);
}

/** Whether what memory holds is known to fit the schema. */
export function isAccepted(sealed: unknown, schema: StandardSchema): boolean {
  return accepted.get(sealed as object) === schema;
}

/** What the schema makes of a value. Rejects with VALUE_INVALID, with the issues as its cause. */
async function validated(key: string, value: unknown, { schema }: ValueCheck): Promise<unknown> {
  let result: SchemaResult<unknown>;
  try {
    result = await schema['~standard'].validate(value);
  } catch (cause) {
    throw new CacheError('VALUE_INVALID', `the schema of ${key} threw`, { cause });
  }
  if (result.issues === undefined) return result.value;
  throw invalid(key, result.issues);
}

function invalid(key: string, issues: readonly SchemaIssue[]): CacheError {
  const shown = issues.slice(0, 3).map(inWords).join('; ');
  const more = issues.length > 3 ? `; and ${issues.length - 3} more` : '';
  const message = `the value of ${key} does not fit its schema: ${shown}${more}`;
  return new CacheError('VALUE_INVALID', message, { cause: issues });
}

/** What the schema makes of a value that was cached, after `migrate` where it does not fit. */
export async function validatedOrMigrated(
  key: string,
  value: unknown,
  check: ValueCheck,
): Promise<unknown> {
  const { migrate } = check;
  if (migrate === undefined) return validated(key, value, check);
  try {
    return await validated(key, value, check);
  } catch {
    return validated(key, await migrate(value), check);
  }
}

/** The loader, with its result checked: an error of the check is an error of the load. */
export function checkedLoader(
  key: string,
  loader: Loader,
  check: ValueCheck | undefined,
  codec: Codec,
): Loader {
  if (check === undefined) return loader;
  return async (context) => {
    const value = await validated(key, await loader(context), check);
    if (!proven.has(check.schema)) await prove(key, value, check, codec);
    return value;
  };
}

/**
 * What is cached is the schema's output, and is checked by the same schema when it is read: one that does not
 * accept its own output would make a miss of every read, and one that changes it would give each reader another
 * value. So the first value of each schema goes through it twice.
 */
async function prove(key: string, value: unknown, check: ValueCheck, codec: Codec): Promise<void> {
  const bytes = encodeValue(codec, key, value);
  const again = await validated(key, codec.decode(bytes), check).catch((cause: unknown) => {
    throw notIdempotent(cause);
  });
  if (Buffer.compare(encodeValue(codec, key, again), bytes) !== 0) throw notIdempotent(undefined);
  proven.add(check.schema);
}

function notIdempotent(cause: unknown): CacheError {
  const allowed =
    'one that gives back its own output unchanged, as what is cached is checked again';
  const error = invalidArgument('schema', allowed, 'a transformation');
  return new CacheError(error.code, error.message, { cause });
}

function inWords({ message, path = [] }: SchemaIssue): string {
  const where = path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
  return where === '' ? message : `${where}: ${message}`;
}
