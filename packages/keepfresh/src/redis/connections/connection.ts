/** What a command is made of. */
export type RedisArgument = string | Buffer;

/** Where a server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * One connection to one server, made once and never again: what becomes of it when it is lost is `RedisLink`'s
 * work. Nothing is queued before it is open, and nothing is sent a second time.
 */
export interface RedisConnection {
  /** Where it leads, when it was dialled by its address. */
  readonly address?: Address | undefined;
  connect(): Promise<unknown>;
  /** Commands sent in the same tick travel together, in this order. Strings in the reply come as bytes. */
  send(args: readonly RedisArgument[]): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  /** Calls `listener` when the connection fails or ends. */
  onLost(listener: (cause: unknown) => void): void;
  /** Ends the connection at once, even one that is still on the way; what is under way is rejected. */
  destroy(): void;
}

/**
 * Makes a connection that is not open yet: to an address, or without one to where the options say. Rejects
 * with PEER_MISSING when the package of the client is not there.
 */
export type Dial = (address?: Address) => Promise<RedisConnection>;

/** An address in the form `host:port`. */
export function addressText({ host, port }: Address): string {
  return `${host}:${port}`;
}

/** Reads `host:port`, where a host may hold colons; undefined for anything else. */
export function readAddress(text: string): Address | undefined {
  const colon = text.lastIndexOf(':');
  const port = Number(text.slice(colon + 1));
  if (colon < 0 || !Number.isInteger(port) || port < 1 || port > 65_535) return undefined;
  return { host: text.slice(0, colon), port };
}
