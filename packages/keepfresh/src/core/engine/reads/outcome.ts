import type { Level } from '../../events.ts';
import type { StandardSchema } from '../../ports/standard-schema.ts';

/** What a read came to. The algorithms return it; the cache reports it once, in one place. */
export interface Outcome {
  /** As memory holds it: `reveal` makes of it what a caller may have. */
  readonly sealed: unknown;
  readonly level: Level;
  readonly stale: boolean;
  /** Of a fresh value whose refresh may be due before it ends. */
  readonly early?: EarlyChance | undefined;
  /** By which the value was checked on its way here; absent: by none, or when memory took it in. */
  readonly schema?: StandardSchema | undefined;
}

/** What a refresh before the end of freshness is drawn from, in milliseconds. */
export interface EarlyChance {
  /** For how much longer the value is fresh. */
  readonly leftMs: number;
  /** From how long before its end on one is drawn; 0: none is. */
  readonly windowMs: number;
}
