import type { Address, RedisArgument, RedisConnection } from './connection.ts';

/**
 * What keepfresh needs of a client made by `createClient` of the package `redis` (node-redis 5 or 6).
 * Structural, so that the published types do not depend on that package.
 */
export interface NodeRedisClient {
  readonly options?:
    | { readonly socket?: object; readonly keyPrefix?: unknown; readonly readonly?: boolean }
    | undefined;
  connect(): Promise<unknown>;
  /** Ends the connection at once; what is under way is rejected. */
  destroy(): void;
  /** A new client, not connected, with the same options but for these. */
  duplicate(overrides?: object): NodeRedisClient;
  sendCommand(args: readonly RedisArgument[]): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
}

/** RESP's type byte of strings, as node-redis numbers it in a type mapping. */
const blobString = 36;

/**
 * Options of every connection that keepfresh opens with node-redis. Nothing is queued while a connection is
 * away and nothing is sent again: a command that arrives late must not take effect behind its caller's back.
 * Strings come as bytes.
 */
export function nodeRedisOptions(connectTimeoutMs: number, socket: object = {}): object {
  return {
    disableOfflineQueue: true,
    // Deadlines are the cache's: the client's own would cost an AbortSignal for each command.
    commandOptions: { timeout: undefined, typeMapping: { [blobString]: Buffer } },
    maintNotifications: 'disabled',
    emitInvalidate: false,
    clientSideCache: undefined,
    pingInterval: 0,
    socket: { ...socket, connectTimeout: connectTimeoutMs, reconnectStrategy: false },
  };
}

/** A connection of node-redis: a client of it that does not reconnect. */
export class NodeRedisConnection implements RedisConnection {
  readonly address: Address | undefined;
  readonly #client: NodeRedisClient;
  #ended = false;

  constructor(client: NodeRedisClient, address?: Address) {
    this.address = address;
    this.#client = client;
    // A client that was ended while its socket was on the way would connect all the same.
    client.on('connect', () => this.#ended && this.destroy());
    client.on('error', () => {});
  }

  connect(): Promise<unknown> {
    return this.#client.connect();
  }

  send(args: readonly RedisArgument[]): Promise<unknown> {
    return this.#client.sendCommand(args);
  }

  subscribe(channel: string, listener: (message: string) => void): Promise<unknown> {
    return this.#client.subscribe(channel, listener);
  }

  onLost(listener: (cause: unknown) => void): void {
    this.#client.on('error', listener);
    this.#client.on('end', () => listener(new Error('Redis closed the connection.')));
  }

  destroy(): void {
    this.#ended = true;
    try {
      this.#client.destroy();
    } catch {
      // It was closed already.
    }
  }
}
