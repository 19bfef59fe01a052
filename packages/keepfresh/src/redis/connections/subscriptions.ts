import type { Cancel } from '../../core/ports/clock.ts';
import type { Address, RedisConnection } from './connection.ts';
import type { RedisLink } from './redis-link.ts';

type Listener = (message: string) => void;

/**
 * The channels one cache listens to, on one connection of its own. Messages are hints: while the connection
 * is away they are lost, and whoever listens asks by other means as well.
 */
export class Subscriptions {
  readonly #channels = new Map<string, Set<Listener>>();
  readonly #link: RedisLink;
  /** What the present connection was told to subscribe to. */
  #subscribed = new Set<string>();

  /** `open` keeps a connection; what it is given is called with each new one. */
  constructor(open: (greet: (connection: RedisConnection) => Promise<void>) => RedisLink) {
    this.#link = open((connection) => {
      this.#subscribed = new Set();
      return this.#subscribeMissing(connection);
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

  /** Throws the present connection away unless it leads to this address. */
  leaveUnlessAt(address: Address, cause: unknown): void {
    this.#link.leaveUnlessAt(address, cause);
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  #subscribeSoon(): void {
    this.#link
      .ready()
      .then(() => this.#subscribeMissing(this.#link.connection))
      // A link that is closed needs no channels, and one that was lost subscribes to all of them anew.
      .catch((error: unknown) => this.#link.drop(error));
  }

  async #subscribeMissing(connection: RedisConnection): Promise<void> {
    const done = [];
    for (const channel of this.#channels.keys()) {
      if (this.#subscribed.has(channel)) continue;
      this.#subscribed.add(channel);
      done.push(connection.subscribe(channel, (message) => this.#deliver(channel, message)));
    }
    await Promise.all(done);
  }

  #deliver(channel: string, message: string): void {
    for (const listener of this.#channels.get(channel) ?? []) listener(message);
  }
}
