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
  /** What the present client was told to subscribe to. */
  #subscribed = new Set<string>();

  /** `open` makes the connection; what it is given is called with each new client. */
  constructor(open: (greet: (client: NodeRedisClient) => Promise<void>) => RedisLink) {
    this.#link = open((client) => {
      this.#subscribed = new Set();
      return this.#subscribeMissing(client);
    });
  }

  add(channel: string, listener: Listener): Cancel {
    const listeners = this.#channels.get(channel);
    if (listeners === undefined) {
      this.#channels.set(channel, new Set([listener]));
      this.#subscribeSoon();
    } else listeners.add(listener);
    return () => this.#channels.get(channel)?.delete(listener);
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  #subscribeSoon(): void {
    this.#link
      .ready()
      .then(() => this.#subscribeMissing(this.#link.client))
      // A link that is closed needs no channels, and one that was lost subscribes to all of them anew.
      .catch((error: unknown) => this.#link.drop(error));
  }

  async #subscribeMissing(client: NodeRedisClient): Promise<void> {
    const done = [];
    for (const channel of this.#channels.keys()) {
      if (this.#subscribed.has(channel)) continue;
      this.#subscribed.add(channel);
      done.push(client.subscribe(channel, (message) => this.#deliver(channel, message)));
    }
    await Promise.all(done);
  }

  #deliver(channel: string, message: string): void {
    for (const listener of this.#channels.get(channel) ?? []) listener(message);
  }
}
