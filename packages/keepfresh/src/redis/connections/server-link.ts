import type { Clock } from '../../core/ports/clock.ts';
import type { RemoteWarning } from '../../core/ports/remote.ts';
import type { Address, RedisArgument, RedisConnection } from './connection.ts';
import type { ScriptArguments } from '../deployments/redis-client.ts';
import { RedisLink } from './redis-link.ts';
import { scriptFor, type LuaSource } from '../scripts/script.ts';
import { scriptsBefore } from '../scripts/scripts-before.ts';
import { clockOffset } from './clock-offset.ts';
import { readServerInfo, type ServerInfo } from './server-info.ts';

/** Where a `ServerLink` leads and who hears of it. */
export interface ServerLinkOptions {
  readonly clock: Clock;
  readonly connectTimeoutMs: number;
  /** A new connection that is not open yet. */
  readonly open: () => Promise<RedisConnection>;
  readonly onChange?: ((connected: boolean, cause?: unknown) => void) | undefined;
  readonly onSlow?: (() => void) | undefined;
  readonly onWarning?: ((warning: RemoteWarning) => void) | undefined;
}

/** A connection to a master that is kept alive, with what is known of the server at its other end. */
export class ServerLink {
  readonly #link: RedisLink;
  readonly #clock: Clock;
  readonly #onWarning: ServerLinkOptions['onWarning'];
  #server: ServerInfo | undefined;
  #clockOffset = 0;

  constructor({ open, onWarning, ...options }: ServerLinkOptions) {
    this.#clock = options.clock;
    this.#onWarning = onWarning;
    const greet = (connection: RedisConnection): Promise<void> => this.#meet(connection);
    this.#link = new RedisLink({ ...options, create: open, greet });
  }

  /** Resolves when commands can be sent; rejects when it was closed or can never connect. */
  ready(): Promise<void> {
    return this.#link.ready();
  }

  get connected(): boolean {
    return this.#link.connected;
  }

  /** Whether it has connected, or failed to, since it was made. */
  get tried(): boolean {
    return this.#link.tried;
  }

  /** Whether commands would be answered, as far as one can tell: it is open and does not hang. */
  get responsive(): boolean {
    return this.#link.connected && !this.#link.slow;
  }

  /** The open connection; throws REMOTE_UNAVAILABLE when there is none. */
  get connection(): RedisConnection {
    return this.#link.connection;
  }

  /** The server's wall clock in milliseconds, as it was when the connection was made. */
  serverNow(): number {
    return this.#clock.now() + this.#clockOffset;
  }

  send(args: readonly RedisArgument[]): Promise<unknown> {
    return this.#link.send(args);
  }

  /** Undefined where the key is absent or holds another type; `asking` as in `run`. */
  get(key: string, asking = false): Promise<Buffer | undefined> {
    if (asking) void this.#link.send(['ASKING']).catch(() => {});
    return this.#link.send(['GET', key]).then(valueOf, undefinedIfOfOtherType);
  }

  /** Runs a script; `asking` for keys that are on their way to this node of a cluster. */
  async run(
    source: LuaSource,
    keys: readonly string[],
    args: ScriptArguments,
    asking = false,
  ): Promise<unknown> {
    const { connection } = this.#link;
    const { majorVersion = 0, runId = '' } = this.#server ?? {};
    const given = typeof args === 'function' ? args(runId) : args;
    const rest = [String(keys.length), ...keys, ...given];
    try {
      return await evaluate({ connection, source, majorVersion, rest, asking });
    } catch (error) {
      if (startsWith(error, 'READONLY')) this.#link.drop(error);
      throw error;
    }
  }

  /** Throws the present connection away unless it leads to this address. */
  leaveUnlessAt(address: Address, cause: unknown): void {
    this.#link.leaveUnlessAt(address, cause);
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  /** Learns who the server is. A replica is refused: its answers prove nothing and it cannot be written. */
  async #meet(connection: RedisConnection): Promise<void> {
    const server = readServerInfo(String(await connection.send(['INFO'])));
    if (server.isReplica) throw new Error('This Redis is a replica; its master is needed.');
    this.#clockOffset = await clockOffset(connection, this.#clock);
    this.#server = server;
    for (const warning of server.warnings) this.#onWarning?.(warning);
  }
}

/** What is needed to run a script on a server, and to make it known there. */
interface Evaluation {
  readonly connection: RedisConnection;
  readonly source: LuaSource;
  readonly majorVersion: number;
  readonly rest: readonly RedisArgument[];
  readonly asking: boolean;
}

async function evaluate(evaluation: Evaluation): Promise<unknown> {
  const { connection, source, majorVersion, rest, asking } = evaluation;
  try {
    const { sha } = scriptFor(source, majorVersion);
    return await sendTo(connection, ['EVALSHA', sha, ...rest], asking);
  } catch (error) {
    if (startsWith(error, 'NOSCRIPT')) return evaluateAnew(evaluation);
    throw error;
  }
}

/** In one breath, so that nobody sees the server know a script but not those that come before it. */
function evaluateAnew(evaluation: Evaluation): Promise<unknown> {
  const { connection, source, majorVersion, rest, asking } = evaluation;
  for (const before of scriptsBefore(source)) {
    // When it is refused or lost, so is what follows it.
    connection.send(['SCRIPT', 'LOAD', scriptFor(before, majorVersion).text]).catch(() => {});
  }
  return sendTo(connection, ['EVAL', scriptFor(source, majorVersion).text, ...rest], asking);
}

/** Sends a command; one for keys that are on their way is announced in the same breath. */
function sendTo(
  connection: RedisConnection,
  args: readonly RedisArgument[],
  asking: boolean,
): Promise<unknown> {
  // When it is refused or lost, so is what follows it.
  if (asking) connection.send(['ASKING']).catch(() => {});
  return connection.send(args);
}

function valueOf(reply: unknown): Buffer | undefined {
  return (reply as Buffer | null) ?? undefined;
}

function undefinedIfOfOtherType(error: unknown): undefined {
  if (!startsWith(error, 'WRONGTYPE')) throw error;
}

function startsWith(error: unknown, code: string): boolean {
  return error instanceof Error && error.message.startsWith(code);
}
