import type { Level } from '../events.ts';
import type { StandardSchema } from '../ports/standard-schema.ts';

/** What a read came to. The algorithms return it; the cache reports it once, in one place. */
export interface Outcome {
  /** As memory holds it: `reveal` makes of it what a caller may have. */
  readonly sealed: unknown;
  readonly level: Level;
  readonly stale: boolean;
  /** By which the value was checked on its way here; absent: by none, or when memory took it in. */
  readonly schema?: StandardSchema | undefined;
}
