import { CacheError } from '../core/errors.ts';
import type { Cancel, Clock } from '../core/ports/clock.ts';
import type { RemoteContext } from '../core/ports/remote.ts';
import type { NodeRedisClient, RedisArgument } from './node-redis-client.ts';
import type { DurableWait, RedisClient } from './redis-client.ts';
import { closedError, RedisLink } from './redis-link.ts';
import { scriptFor, type LuaSource, type Script } from './script.ts';
import { readServerInfo, type ServerInfo } from './server-info.ts';
import { Subscriptions } from './subscriptions.ts';

/** Where the connections of a `StandaloneClient` come from. */
export interface StandaloneOptions {
  readonly connectTimeoutMs: number;
  /** A new client that is not connected; throws when there can never be one. */
  readonly create: () => Promise<NodeRedisClient>;
}

/**
 * One Redis server: one connection for commands, one for messages and one for durable writes, the latter two
 * opened when first needed.
 */
export class StandaloneClient implements RedisClient {
  readonly #options: StandaloneOptions;
  readonly #context: RemoteContext;
  readonly #commands: RedisLink;
  #durable: RedisLink | undefined;
  #subscriptions: Subscriptions | undefined;
  #server: ServerInfo | undefined;
  #clockOffset = 0;
  #closed = false;
  readonly #warned = new Set<string>();

  constructor(options: StandaloneOptions, context: RemoteContext) {
    this.#options = options;
    this.#context = context;
    this.#commands = this.#link((client) => this.#meet(client), context.onConnection);
  }

  get runId(): string {
    return this.#commands.connected ? (this.#server?.runId ?? '') : '';
  }

  ready(): Promise<void> {
    return this.#commands.ready();
  }

  serverNow(): number {
    return this.#clock.now() + this.#clockOffset;
  }

  async ping(): Promise<number> {
    const start = this.#clock.monotonic();
    await this.#commands.send(['PING']);
    return this.#clock.monotonic() - start;
  }

  get(key: string): Promise<Buffer | undefined> {
    return this.#commands.send(['GET', key]).then(valueOf, undefinedIfOfOtherType);
  }

  async getMany(keys: readonly string[]): Promise<readonly (Buffer | undefined)[]> {
    if (keys.length === 0) return [];
    const replies = (await this.#commands.send(['MGET', ...keys])) as (Buffer | null)[];
    return replies.map((reply) => reply ?? undefined);
  }

  run(
    source: LuaSource,
    keys: readonly string[],
    args: readonly RedisArgument[],
  ): Promise<unknown> {
    return this.#runOn(this.#commands, source, keys, args);
  }

  async runDurably(
    source: LuaSource,
    keys: readonly string[],
    args: readonly RedisArgument[],
    wait: DurableWait,
  ): Promise<unknown> {
    if (this.#closed) throw closedError();
    const link = (this.#durable ??= this.#link(() => Promise.resolve()));
    await link.ready();
    const { replicas, waitMs } = wait;
    const reply = await this.#runOn(link, source, keys, args);
    const reached = Number(await link.send(['WAIT', String(replicas), String(waitMs)]));
    if (reached >= replicas) return reply;
    throw new CacheError(
      'REMOTE_TIMEOUT',
      `${reached} of ${replicas} replicas had the invalidation within ${waitMs} ms.`,
    );
  }

  subscribe(channel: string, listener: (message: string) => void): Cancel {
    if (this.#closed) return () => {};
    this.#subscriptions ??= new Subscriptions((greet) => this.#link(greet));
    return this.#subscriptions.add(channel, listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([
      this.#commands.close(),
      this.#durable?.close(),
      this.#subscriptions?.close(),
    ]);
  }

  get #clock(): Clock {
    return this.#context.clock;
  }

  #link(
    greet: (client: NodeRedisClient) => Promise<void>,
    onChange?: RemoteContext['onConnection'],
  ): RedisLink {
    const { connectTimeoutMs, create } = this.#options;
    return new RedisLink({ clock: this.#clock, connectTimeoutMs, create, greet, onChange });
  }

  async #runOn(
    link: RedisLink,
    source: LuaSource,
    keys: readonly string[],
    args: readonly RedisArgument[],
  ): Promise<unknown> {
    const { client } = link;
    const script = scriptFor(source, this.#server?.majorVersion ?? 0);
    try {
      return await evaluate(client, script, [String(keys.length), ...keys, ...args]);
    } catch (error) {
      if (startsWith(error, 'READONLY')) link.drop(error);
      throw error;
    }
  }

  /** Learns who the server is. A replica is refused: its answers prove nothing and it cannot be written. */
  async #meet(client: NodeRedisClient): Promise<void> {
    const [info, time] = await Promise.all([
      client.sendCommand(['INFO']),
      client.sendCommand(['TIME']),
    ]);
    const server = readServerInfo(String(info));
    if (server.isReplica) throw new Error('This Redis is a replica; its master is needed.');
    const [seconds, microseconds] = time as [Buffer, Buffer];
    const serverMs = Number(seconds) * 1000 + Number(microseconds) / 1000;
    this.#clockOffset = serverMs - this.#clock.now();
    this.#server = server;
    for (const warning of server.warnings) this.#warnOnce(warning);
  }

  #warnOnce(warning: ServerInfo['warnings'][number]): void {
    if (this.#warned.has(warning.code)) return;
    this.#warned.add(warning.code);
    this.#context.onWarning(warning);
  }
}

function valueOf(reply: unknown): Buffer | undefined {
  return (reply as Buffer | null) ?? undefined;
}

function undefinedIfOfOtherType(error: unknown): undefined {
  if (!startsWith(error, 'WRONGTYPE')) throw error;
}

async function evaluate(
  client: NodeRedisClient,
  { sha, text }: Script,
  rest: readonly RedisArgument[],
): Promise<unknown> {
  try {
    return await client.sendCommand(['EVALSHA', sha, ...rest]);
  } catch (error) {
    if (startsWith(error, 'NOSCRIPT')) return client.sendCommand(['EVAL', text, ...rest]);
    throw error;
  }
}

function startsWith(error: unknown, code: string): boolean {
  return error instanceof Error && error.message.startsWith(code);
}
