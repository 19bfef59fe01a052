/** What a command is made of. */
export type RedisArgument = string | Buffer;

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
 * Options of every connection that keepfresh opens. Nothing is queued while a connection is away and nothing
 * is sent again: a command that arrives late must not take effect behind its caller's back. Reconnecting is
 * `RedisLink`'s work. Strings come as bytes.
 */
export function linkOptions(connectTimeoutMs: number, socket: object = {}): object {
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
