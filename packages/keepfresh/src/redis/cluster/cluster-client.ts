import { CacheError } from '../../core/errors.ts';
import type { Cancel } from '../../core/ports/clock.ts';
import type { RemoteContext } from '../../core/ports/remote.ts';
import { awaitable } from '../connections/awaitable.ts';
import { ClusterLinks } from './cluster-links.ts';
import { ClusterTopology } from './cluster-topology.ts';
import {
  type Address,
  addressText,
  type Dial,
  type RedisConnection,
} from '../connections/connection.ts';
import { durably } from '../connections/durably.ts';
import { slotOf } from './key-slot.ts';
import { readRedirection, type Redirection } from './redirection.ts';
import type { DurableWait, RedisClient, ScriptArguments } from '../deployments/redis-client.ts';
import { closedError, RedisLink } from '../connections/redis-link.ts';
import type { LuaSource } from '../scripts/script.ts';
import type { ServerLink } from '../connections/server-link.ts';
import { Subscriptions } from '../connections/subscriptions.ts';

/** Where a cluster is. */
export interface ClusterOptions {
  readonly connectTimeoutMs: number;
  /** Some of its nodes: one that answers is enough. */
  readonly nodes: readonly Address[];
  readonly dial: Dial;
  /** Where the nodes reach each other to where we reach them. */
  readonly translate: (address: Address) => Address;
}

type Send<T> = (link: ServerLink, asking: boolean) => Promise<T>;

const mostRedirections = 8;
const tryAgainMs = 20;
/** Longest a redirected command waits for the connection to where it was sent, in milliseconds. */
const linkWithinMs = 200;

/**
 * A Redis Cluster: one connection for commands to each master, one for messages to any node, and those for
 * durable writes, opened when first needed. Each command goes to the master of its slot and follows where it
 * is sent on to; a command that a node did run is never sent again.
 */
export class ClusterClient implements RedisClient {
  readonly #options: ClusterOptions;
  readonly #context: RemoteContext;
  readonly #topology: ClusterTopology;
  readonly #commands: ClusterLinks;
  readonly #durable: ClusterLinks;
  /** The slot of the log: whoever serves it decides whether there is a connection. */
  readonly #logSlot: number;
  #subscriptions: Subscriptions | undefined;
  #up: PromiseWithResolvers<void> = awaitable();
  #connected: boolean | undefined;
  #cause: unknown;
  #closed = false;

  constructor(options: ClusterOptions, context: RemoteContext) {
    const { connectTimeoutMs, nodes, dial, translate } = options;
    const { clock, onWarning } = context;
    this.#options = options;
    this.#context = context;
    this.#logSlot = slotOf(`{${context.name}}:log`);
    const links = { clock, connectTimeoutMs, dial, onSlow: () => this.#topology.refreshSoon() };
    const onChange = (connected: boolean, cause?: unknown): void => this.#changed(connected, cause);
    this.#commands = new ClusterLinks({ ...links, onChange, onWarning });
    this.#durable = new ClusterLinks(links);
    this.#topology = new ClusterTopology({
      clock,
      timeoutMs: Math.min(connectTimeoutMs, 1_000),
      nodes,
      dial,
      translate,
      openConnection: () => this.#commands.anyOpen(),
      onView: (masters) => this.#seen(masters),
      onFailure: (cause) => this.#failed(cause),
    });
  }

  ready(): Promise<void> {
    return this.#up.promise;
  }

  serverNow(key: string): number {
    const owner = this.#topology.ownerOf(slotOf(key));
    return (owner && this.#commands.find(owner)?.serverNow()) ?? this.#context.clock.now();
  }

  async ping(): Promise<number> {
    const { clock } = this.#context;
    const start = clock.monotonic();
    await this.#send(this.#logSlot, this.#commands, (link) => link.send(['PING']));
    return clock.monotonic() - start;
  }

  get(key: string): Promise<Buffer | undefined> {
    return this.#send(slotOf(key), this.#commands, (link, asking) => link.get(key, asking));
  }

  /** What a node that is away has counts as absent, as long as others answer. */
  async getMany(keys: readonly string[]): Promise<readonly (Buffer | undefined)[]> {
    const replies = await Promise.allSettled(keys.map((key) => this.get(key)));
    if (replies.some(({ status }) => status === 'fulfilled'))
      return replies.map((reply) => (reply.status === 'fulfilled' ? reply.value : undefined));
    for (const reply of replies) if (reply.status === 'rejected') throw reply.reason;
    return [];
  }

  run(source: LuaSource, keys: readonly string[], args: ScriptArguments): Promise<unknown> {
    return this.#send(slotOf(keys[0]!), this.#commands, (link, asking) =>
      link.run(source, keys, args, asking),
    );
  }

  runDurably(
    source: LuaSource,
    keys: readonly string[],
    args: ScriptArguments,
    wait: DurableWait,
  ): Promise<unknown> {
    return this.#send(slotOf(keys[0]!), this.#durable, (link, asking) =>
      durably(link, wait, () => link.run(source, keys, args, asking)),
    );
  }

  subscribe(channel: string, listener: (message: string) => void): Cancel {
    if (this.#closed) return () => {};
    this.#subscriptions ??= new Subscriptions((greet) => this.#listeningLink(greet));
    return this.#subscriptions.add(channel, listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#topology.close();
    await Promise.all([
      this.#commands.close(),
      this.#durable.close(),
      this.#subscriptions?.close(),
    ]);
    this.#end(closedError());
  }

  /** Sends to the master of a slot and follows redirections. */
  #send<T>(slot: number, links: ClusterLinks, send: Send<T>): Promise<T> {
    const owner = this.#topology.ownerOf(slot);
    if (owner === undefined || this.#closed) return Promise.reject(this.#nobody(slot));
    const link = links.find(owner) ?? links.to(owner);
    if (links === this.#commands && !link.responsive) return Promise.reject(this.#away(owner));
    return send(link, false).catch((error: unknown) =>
      this.#follow({ slot, links, send, from: owner, error }),
    );
  }

  async #follow<T>(failed: Failed<T>): Promise<T> {
    const { slot, links, send } = failed;
    let { from, error } = failed;
    let asking = false;
    for (let hop = 0; hop < mostRedirections && !this.#closed; hop++) {
      const redirection = readRedirection(error, from);
      if (redirection === undefined) throw error;
      ({ from, asking } = await this.#next(slot, from, redirection, error));
      const link = links.to(from);
      await this.#linked(link);
      try {
        return await send(link, asking);
      } catch (next) {
        error = next;
      }
    }
    throw error;
  }

  async #next(
    slot: number,
    from: Address,
    redirection: Redirection,
    error: unknown,
  ): Promise<Next> {
    switch (redirection.kind) {
      case 'moved': {
        const address = this.#options.translate(redirection.address);
        this.#topology.moved(slot, address);
        return { from: address, asking: false };
      }
      case 'ask':
        return { from: this.#options.translate(redirection.address), asking: true };
      case 'again':
        await this.#pause(tryAgainMs);
        return { from: this.#topology.ownerOf(slot) ?? from, asking: false };
      case 'down':
        this.#topology.refreshSoon();
        throw error;
    }
  }

  /** Waits a moment for a connection that may just have been opened. */
  async #linked(link: ServerLink): Promise<void> {
    if (link.connected) return;
    await Promise.race([link.ready().catch(() => {}), this.#pause(linkWithinMs)]);
  }

  #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#context.clock.schedule(ms, resolve);
    return promise;
  }

  /** The error of what belongs to a node that is away or hangs: it costs no time, and others may be well. */
  #away(owner: Address): CacheError {
    const code = this.#commands.anyOpen() ? 'SHARD_UNAVAILABLE' : 'REMOTE_UNAVAILABLE';
    const message = `There is no connection to ${addressText(owner)} of the cluster.`;
    return new CacheError(code, message, { cause: this.#cause });
  }

  #nobody(slot: number): CacheError {
    if (this.#cause instanceof CacheError) return this.#cause;
    this.#topology.refreshSoon();
    const message = `No node of the cluster is known to serve slot ${slot}.`;
    return new CacheError('REMOTE_UNAVAILABLE', message, { cause: this.#cause });
  }

  /** Keeps a connection to each master, and tells whether all are there. */
  #seen(masters: ReadonlyMap<string, Address>): boolean {
    this.#commands.keep(masters);
    this.#durable.keepOnly(masters);
    if (this.#hasLog()) this.#tell(true);
    return this.#commands.allRespond(masters);
  }

  #changed(connected: boolean, cause: unknown): void {
    if (!connected) {
      this.#cause = cause;
      this.#topology.refreshSoon();
    }
    const hasLog = this.#hasLog();
    if (connected && hasLog && this.#connected === true) this.#context.onPartBack?.();
    if (hasLog || !connected) this.#tell(hasLog, cause);
  }

  #failed(cause: unknown): void {
    if (this.#closed) return;
    this.#cause = cause;
    this.#tell(this.#hasLog(), cause);
    if (!(cause instanceof CacheError && cause.code === 'PEER_MISSING')) return;
    this.#topology.close();
    this.#end(cause);
  }

  /** Whether there is a connection to whoever has the log. */
  #hasLog(): boolean {
    const owner = this.#topology.ownerOf(this.#logSlot);
    if (owner === undefined || this.#commands.find(owner)?.connected !== true) return false;
    // The first who waits for a connection shall find all nodes that can be reached.
    return this.#connected !== undefined || this.#commands.allTried(this.#topology.masters());
  }

  #tell(connected: boolean, cause?: unknown): void {
    if (this.#closed || connected === this.#connected) return;
    if (connected) this.#up.resolve();
    else if (this.#connected === true) this.#up = awaitable();
    this.#connected = connected;
    this.#context.onConnection(connected, cause);
  }

  #end(cause: unknown): void {
    if (this.#connected === true) this.#up = awaitable();
    this.#cause = cause;
    this.#up.reject(cause);
  }

  #listeningLink(greet: (connection: RedisConnection) => Promise<void>): RedisLink {
    const { connectTimeoutMs, dial } = this.#options;
    const create = (): Promise<RedisConnection> => {
      const node = this.#topology.anyNode();
      if (node !== undefined) return dial(node);
      return Promise.reject(new Error('No node of the cluster is known yet.'));
    };
    return new RedisLink({ clock: this.#context.clock, connectTimeoutMs, create, greet });
  }
}

interface Failed<T> {
  readonly slot: number;
  readonly links: ClusterLinks;
  readonly send: Send<T>;
  readonly from: Address;
  readonly error: unknown;
}

interface Next {
  readonly from: Address;
  readonly asking: boolean;
}
