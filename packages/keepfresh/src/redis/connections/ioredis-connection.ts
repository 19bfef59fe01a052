import type { Address, RedisArgument, RedisConnection } from './connection.ts';

/**
 * What keepfresh needs of a `Redis` of the package `ioredis` (5 or 6), connected directly or by Sentinels.
 * Structural, so that the published types do not depend on that package.
 */
export interface IoredisClient {
  readonly options: object;
  connect(): Promise<unknown>;
  /** Ends the connection; with `reconnect` false for good. */
  disconnect(reconnect?: boolean): void;
  /** A new client with the same options but for these. */
  duplicate(overrides?: object): IoredisClient;
  callBuffer(command: string, args: RedisArgument[]): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  defineCommand(name: string, definition: { lua: string }): unknown;
  on(event: string, listener: (...args: never[]) => void): unknown;
}

/**
 * Options of every connection that keepfresh opens with ioredis, over those of the given client. By default
 * ioredis queues what is sent while it is not connected, sends again what was under way when a connection was
 * lost, and may do so again for certain errors; a command that arrives late must not take effect behind its
 * caller's back.
 */
export function ioredisOptions(connectTimeoutMs: number): object {
  return {
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: null,
    retryStrategy: null,
    reconnectOnError: null,
    // Whether the server is fit to be used is asked of it anyway.
    enableReadyCheck: false,
    enableAutoPipelining: false,
    commandTimeout: undefined,
    blockingTimeout: undefined,
    socketTimeout: undefined,
    stringNumbers: false,
    replyMapping: 'legacy',
    monitor: false,
    scripts: undefined,
    himportFieldsets: undefined,
  };
}

/** A connection of ioredis: a client of it that does not reconnect. */
export class IoredisConnection implements RedisConnection {
  readonly address: Address | undefined;
  readonly #client: IoredisClient;
  readonly #listeners = new Map<string, (message: string) => void>();
  #error: unknown;

  constructor(client: IoredisClient, address?: Address) {
    this.address = address;
    this.#client = client;
    client.on('error', (error: unknown) => {
      this.#error = error;
    });
    client.on('message', (channel: string, message: string) =>
      this.#listeners.get(channel)?.(message),
    );
  }

  /** Rejects with what went wrong, which ioredis tells by an event only. */
  async connect(): Promise<void> {
    try {
      await this.#client.connect();
    } catch (error) {
      throw this.#error ?? error;
    }
  }

  send(args: readonly RedisArgument[]): Promise<unknown> {
    const [command = '', ...rest] = args;
    return this.#client.callBuffer(String(command), rest);
  }

  subscribe(channel: string, listener: (message: string) => void): Promise<unknown> {
    this.#listeners.set(channel, listener);
    return this.#client.subscribe(channel);
  }

  onLost(listener: (cause: unknown) => void): void {
    this.#client.on('error', listener as (error: unknown) => void);
    this.#client.on('end', () =>
      listener(this.#error ?? new Error('Redis closed the connection.')),
    );
  }

  destroy(): void {
    this.#client.disconnect(false);
  }
}
