import type { Cancel } from '../../core/ports/clock.ts';
import type { RemoteContext } from '../../core/ports/remote.ts';
import { type Address, addressText, type RedisConnection } from '../connections/connection.ts';
import { durably } from '../connections/durably.ts';
import { GatheredReads } from '../connections/gathered-reads.ts';
import type { DurableWait, RedisClient, ScriptArguments } from './redis-client.ts';
import { closedError, RedisLink } from '../connections/redis-link.ts';
import type { LuaSource } from '../scripts/script.ts';
import { ServerLink } from '../connections/server-link.ts';
import { Subscriptions } from '../connections/subscriptions.ts';

/** Where the one server is. */
export interface ServerSource {
  /** A new connection that is not open yet; rejects with PEER_MISSING when there can never be one. */
  open(): Promise<RedisConnection>;
  /** Calls `onMoved` when it is known that another server has taken its place. */
  watch?(onMoved: (to: Address) => void): void;
  close?(): Promise<void>;
}

/** Where the connections of a `StandaloneClient` come from. */
export interface StandaloneOptions {
  readonly connectTimeoutMs: number;
  readonly source: ServerSource;
}

/**
 * One Redis server, or the one that is the master now: one connection for commands, one for messages and one
 * for durable writes, the latter two opened when first needed.
 */
export class StandaloneClient implements RedisClient {
  readonly #options: StandaloneOptions;
  readonly #context: RemoteContext;
  readonly #commands: ServerLink;
  readonly #reads: GatheredReads;
  #durable: ServerLink | undefined;
  #subscriptions: Subscriptions | undefined;
  #closed = false;

  constructor(options: StandaloneOptions, context: RemoteContext) {
    this.#options = options;
    this.#context = context;
    this.#commands = this.#serverLink(context.onConnection);
    this.#reads = new GatheredReads({
      get: (key) => this.#commands.get(key),
      send: (args) => this.#commands.send(args),
    });
    options.source.watch?.((to) => this.#moveTo(to));
  }

  ready(): Promise<void> {
    return this.#commands.ready();
  }

  serverNow(): number {
    return this.#commands.serverNow();
  }

  async ping(): Promise<number> {
    const { clock } = this.#context;
    const start = clock.monotonic();
    await this.#commands.send(['PING']);
    return clock.monotonic() - start;
  }

  get(key: string): Promise<Buffer | undefined> {
    return this.#reads.get(key);
  }

  async getMany(keys: readonly string[]): Promise<readonly (Buffer | null | undefined)[]> {
    if (keys.length === 0) return [];
    return (await this.#commands.send(['MGET', ...keys])) as (Buffer | null)[];
  }

  run(source: LuaSource, keys: readonly string[], args: ScriptArguments): Promise<unknown> {
    return this.#commands.run(source, keys, args);
  }

  async runDurably(
    source: LuaSource,
    keys: readonly string[],
    args: ScriptArguments,
    wait: DurableWait,
  ): Promise<unknown> {
    if (this.#closed) throw closedError();
    const link = (this.#durable ??= this.#serverLink());
    return durably(link, wait, () => link.run(source, keys, args));
  }

  subscribe(channel: string, listener: (message: string) => void): Cancel {
    if (this.#closed) return () => {};
    this.#subscriptions ??= new Subscriptions((greet) => this.#listeningLink(greet));
    return this.#subscriptions.add(channel, listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([
      this.#commands.close(),
      this.#durable?.close(),
      this.#subscriptions?.close(),
      this.#options.source.close?.(),
    ]);
  }

  /** Leaves a server that is the master no more, though its connections may be as good as ever. */
  #moveTo(master: Address): void {
    const cause = new Error(`The master is ${addressText(master)} now.`);
    for (const each of [this.#commands, this.#durable, this.#subscriptions])
      each?.leaveUnlessAt(master, cause);
  }

  #serverLink(onChange?: RemoteContext['onConnection']): ServerLink {
    const { connectTimeoutMs, source } = this.#options;
    const { clock, onWarning } = this.#context;
    const open = (): Promise<RedisConnection> => source.open();
    return new ServerLink({ clock, connectTimeoutMs, open, onChange, onWarning });
  }

  #listeningLink(greet: (connection: RedisConnection) => Promise<void>): RedisLink {
    const { connectTimeoutMs, source } = this.#options;
    const create = (): Promise<RedisConnection> => source.open();
    return new RedisLink({ clock: this.#context.clock, connectTimeoutMs, create, greet });
  }
}
