import type { Cache } from '../../src/core/cache.ts';

/** A process as its application sees it. */
export interface Actor {
  readonly name: string;
  readonly cache: Cache;
  /** H. */
  readonly maxLagMs: number;
  readonly alive: boolean;
  /** Resolves when the source of truth has taken so long. */
  sleep(ms: number): Promise<void>;
  /** Calls `run` after so long. */
  later(ms: number, run: () => void): void;
}
