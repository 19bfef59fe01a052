import type { Cancel } from '../core/ports/clock.ts';
import type { NodeRedisClient } from './node-redis-client.ts';
import type { RedisLink } from './redis-link.ts';

type Listener = (message: string) => void;

/**
 * The channels one cache listens to, on one connection of its own. Messages are hints: while the connection
 * is away they are lost, and whoever listens asks by other means as well.
 */
export class Subscriptions {
  readonly #channels = new Map<string, Set<Listener>>();
  readonly #link: RedisLink;

  /** `open` makes the connection; what it is given is called with each new client. */
  constructor(open: (greet: (client: NodeRedisClient) => Promise<void>) => RedisLink) {
    this.#link = open((client) => this.#subscribeAll(client));
  }

  add(channel: string, listener: Listener): Cancel {
    const listeners = this.#channels.get(channel) ?? new Set();
    const isNew = listeners.size === 0 && !this.#channels.has(channel);
    this.#channels.set(channel, listeners);
    listeners.add(listener);
    if (isNew && this.#link.connected) this.#subscribeLive(channel);
    return () => listeners.delete(listener);
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  async #subscribeAll(client: NodeRedisClient): Promise<void> {
    const done = [];
    for (const channel of this.#channels.keys()) done.push(this.#subscribe(client, channel));
    await Promise.all(done);
  }

  #subscribeLive(channel: string): void {
    this.#subscribe(this.#link.client, channel).catch((error: unknown) => this.#link.drop(error));
  }

  async #subscribe(client: NodeRedisClient, channel: string): Promise<void> {
    await client.subscribe(channel, (message) => {
      for (const listener of this.#channels.get(channel) ?? []) listener(message);
    });
  }
}
