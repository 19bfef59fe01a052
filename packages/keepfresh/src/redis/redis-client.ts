import type { Cancel } from '../core/ports/clock.ts';
import type { RedisArgument } from './node-redis-client.ts';
import type { LuaSource } from './script.ts';

/**
 * Redis as the store and the log see it, whatever stands behind it. Commands issued in the same tick travel
 * together. Nothing waits for a connection and nothing is sent twice; `run` alone repeats a script, with its
 * text, when the server answered that it does not know it. Strings come as bytes.
 */
export interface RedisClient {
  /** Undefined where the key is absent or holds another type. */
  get(key: string): Promise<Buffer | undefined>;
  /** Like `get` for each key; one round trip per node. */
  getMany(keys: readonly string[]): Promise<readonly (Buffer | undefined)[]>;
  /** Runs a script where its first key lives. */
  run(script: LuaSource, keys: readonly string[], args: readonly RedisArgument[]): Promise<unknown>;
  /**
   * Like `run`, and then waits until that many replicas have what it wrote; rejects when they are
   * late. Has a connection of its own, because waiting holds up what is behind it.
   */
  runDurably(
    script: LuaSource,
    keys: readonly string[],
    args: readonly RedisArgument[],
    wait: DurableWait,
  ): Promise<unknown>;
  /** Calls `listener` with what is published to `channel` from now on; connects when first needed. */
  subscribe(channel: string, listener: (message: string) => void): Cancel;
  /** The run id of the server that `run` reaches now; '' without a connection. */
  readonly runId: string;
  /** The server's wall clock in milliseconds, as far as known. */
  serverNow(): number;
}

/** How many replicas shall have a write, and for how long it waits for them, in milliseconds. */
export interface DurableWait {
  readonly replicas: number;
  readonly waitMs: number;
}
