import type { Cache } from './cache.ts';
import { invalidArgument } from './errors.ts';
import type { EntryOptions } from './options.ts';
import type { SourceWriter, WriteOptions } from './set-options.ts';

/** How `writeThrough` keeps what was written: the options of `set`, and the key. */
export interface WriteThroughOptions<T, Profile extends string = never>
  extends EntryOptions<Profile, T>, Omit<WriteOptions<T>, 'writer'> {
  /** The key of a value. */
  readonly key: (value: T) => string;
}

/**
 * A function that writes values through to the source, which comes first: `set` with a `writer`, by the name of the
 * pattern. It resolves with what the source has now, and rejects with what `save` threw. Throws INVALID_ARGUMENT,
 * which names the field.
 */
export function writeThrough<T, Profile extends string = never>(
  cache: Cache<Profile>,
  save: SourceWriter<T>,
  options: WriteThroughOptions<T, Profile>,
): (value: T) => Promise<T> {
  const { key, ...rest } = options;
  for (const [name, value] of Object.entries({ save, 'options.key': key })) {
    if (typeof value !== 'function')
      throw invalidArgument(`writeThrough ${name}`, 'a function', value);
  }
  return async (value) => {
    let saved = value;
    const writer: SourceWriter<T> = async (given, context) => {
      const returned = (await save(given, context)) as T | undefined;
      saved = returned === undefined ? given : returned;
      return saved as NoInfer<T>;
    };
    await cache.set<T>(key(value), value, { ...rest, writer } as EntryOptions<Profile, T>);
    return saved;
  };
}
