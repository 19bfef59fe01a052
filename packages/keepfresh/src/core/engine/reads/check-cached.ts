import type { Level } from '../../events.ts';
import { readBudget } from '../time/budget.ts';
import { encodeValue } from '../store/encode-value.ts';
import type { EngineParts } from '../engine-parts.ts';
import type { Opened } from '../store/open-record.ts';
import { seal } from '../memory/sealed.ts';
import { accept, type ValueCheck, validatedOrMigrated } from '../loads/value-check.ts';

/** A decoded value that was cached, for a read with a schema. */
export interface CachedValue {
  readonly key: string;
  readonly value: unknown;
  readonly level: Level;
  readonly check: ValueCheck;
}

/**
 * What memory may hold of a cached value that fits the schema, or was migrated; undefined when it does not fit.
 * A schema may take its time, and nothing that waits may stand between judging a value and keeping it: so this
 * comes first, and the judge afterwards.
 */
export async function checkCached(
  parts: EngineParts,
  { key, value, level, check }: CachedValue,
): Promise<Opened | undefined> {
  const { codec, sharing, report } = parts;
  try {
    const fitting = await readBudget(parts).within(
      'schema',
      validatedOrMigrated(key, value, check),
    );
    // Encoded anew: a schema may put in what is not only ours to freeze, such as a default of its own.
    const bytes = encodeValue(codec, key, fitting);
    const sealed = seal(bytes, codec, sharing);
    accept(sealed, check.schema);
    return { sealed, bytes, schema: check.schema };
  } catch (error) {
    report('value.invalid', () => ({ key, level, error }));
    return undefined;
  }
}
