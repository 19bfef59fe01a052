import type { LoadContext } from '../engine/loads/loader.ts';
import type { CacheEvent, CacheEvents, Level } from '../events.ts';
import type { Targets } from '../targets.ts';

/** What a read brought: a value, from where, and whether it is past its freshness. */
export interface ReadAnswer {
  readonly value: unknown;
  readonly level: Level;
  readonly stale: boolean;
}

/** What a read hook is told of a read. */
export interface ReadContext {
  /** As in events: with the namespace. */
  readonly key: string;
  /** `find` may find nothing, `load` loads then, `refresh` loads in any case. */
  readonly operation: 'find' | 'load' | 'refresh';
}

/** What a write hook is told: of a value on its way into the cache, or of a function that changes the source. */
export type WriteContext =
  | { readonly operation: 'set'; readonly key: string; readonly value: unknown }
  | { readonly operation: 'mutate'; readonly targets: Targets };

/**
 * Runs around each read: `next` reads, and what the hook returns is what the caller gets; undefined is nothing. What it
 * throws is what the caller gets, too; nothing that is cached is changed by it.
 */
export type ReadHook = (
  context: ReadContext,
  next: () => Promise<ReadAnswer | undefined>,
) => Promise<ReadAnswer | undefined>;

/**
 * Runs around each run of a loader, also in the background: `next` runs it. What the hook returns is the loaded value;
 * what it throws is a failed load, with all that follows from one (`staleIfError`, the event `load.failed`). It has the
 * loader's time and turn, and its context.
 */
export type LoadHook = (context: LoadContext, next: () => Promise<unknown>) => unknown;

/**
 * Runs around `set`, where `next` stores the value, or another one that it is given; and around the function of
 * `mutate`, where `next` runs it. Its place is inside of what keeps the promises: a value counts from the call of
 * `set`, however long a hook takes, and a mutation invalidates whatever its hooks do. Returns what `next` gave.
 */
export type WriteHook = (
  context: WriteContext,
  next: (value?: unknown) => Promise<unknown>,
) => Promise<unknown>;

/** What `use` takes: hooks around reads, loads and writes, and listeners of events; any of them. */
export interface Plugin {
  /** Names it in errors. */
  readonly name: string;
  readonly read?: ReadHook;
  readonly load?: LoadHook;
  readonly write?: WriteHook;
  readonly on?: { readonly [E in CacheEvent]?: (event: CacheEvents[E]) => unknown };
}
