import type { Cancel } from '../../core/ports/clock.ts';
import type { RedisArgument } from '../connections/connection.ts';
import type { LuaSource } from '../scripts/script.ts';

/**
 * What a script is given. As a function, of the run id of the server that is about to run it, and made anew for
 * each server it is sent to: a log must never take one server for another.
 */
export type ScriptArguments =
  | readonly RedisArgument[]
  | ((runId: string) => readonly RedisArgument[]);

/**
 * Redis as the store and the log see it, whatever stands behind it: one server, those that Sentinels watch, or
 * a cluster. Commands issued in the same tick travel together. Nothing is sent twice, unless the server
 * answered that it did not run it: because it does not know the script, or because it is not the one that has
 * the key. Strings come as bytes.
 */
export interface RedisClient {
  /** Undefined where the key is absent or holds another type. */
  get(key: string): Promise<Buffer | undefined>;
  /** Like `get` for each key; one round trip per node. */
  getMany(keys: readonly string[]): Promise<readonly (Buffer | null | undefined)[]>;
  /** Runs a script where its keys live, which must be one place. */
  run(script: LuaSource, keys: readonly string[], args: ScriptArguments): Promise<unknown>;
  /**
   * Like `run`, and then waits until that many replicas have what it wrote; rejects when they are
   * late. Has a connection of its own, because waiting holds up what is behind it.
   */
  runDurably(
    script: LuaSource,
    keys: readonly string[],
    args: ScriptArguments,
    wait: DurableWait,
  ): Promise<unknown>;
  /** Calls `listener` with what is published to `channel` from now on; connects when first needed. */
  subscribe(channel: string, listener: (message: string) => void): Cancel;
  /** The wall clock, in milliseconds, of the server that has the key, as far as known. */
  serverNow(key: string): number;
}

/** How many replicas shall have a write, and for how long it waits for them, in milliseconds. */
export interface DurableWait {
  readonly replicas: number;
  readonly waitMs: number;
}
