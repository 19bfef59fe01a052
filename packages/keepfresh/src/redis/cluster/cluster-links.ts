import type { Clock } from '../../core/ports/clock.ts';
import type { RemoteWarning } from '../../core/ports/remote.ts';
import {
  type Address,
  addressText,
  type Dial,
  type RedisConnection,
} from '../connections/connection.ts';
import { ServerLink } from '../connections/server-link.ts';

/** How the connections to the nodes are made. */
export interface ClusterLinksOptions {
  readonly clock: Clock;
  readonly connectTimeoutMs: number;
  readonly dial: Dial;
  readonly onChange?: (connected: boolean, cause?: unknown) => void;
  readonly onSlow?: () => void;
  readonly onWarning?: (warning: RemoteWarning) => void;
}

/** How long a node without slots is kept after it was last sent to: slots may be on their way there. */
const guestMs = 10_000;

interface Held {
  readonly link: ServerLink;
  usedAt: number;
}

/** Connections to nodes of a cluster, by address. */
export class ClusterLinks {
  readonly #options: ClusterLinksOptions;
  readonly #held = new Map<string, Held>();
  #closed = false;

  constructor(options: ClusterLinksOptions) {
    this.#options = options;
  }

  find(address: Address): ServerLink | undefined {
    return this.#held.get(addressText(address))?.link;
  }

  /** The connection to a node, made if there is none. */
  to(address: Address): ServerLink {
    const key = addressText(address);
    const found = this.#held.get(key);
    const usedAt = this.#options.clock.monotonic();
    if (found !== undefined) {
      found.usedAt = usedAt;
      return found.link;
    }
    const { dial, ...options } = this.#options;
    const link = new ServerLink({ ...options, open: () => dial(address) });
    // After the end nothing is kept alive: the link is there to reject what is sent.
    if (this.#closed) void link.close();
    else this.#held.set(key, { link, usedAt });
    return link;
  }

  /** Any connection whose server answers. */
  anyOpen(): RedisConnection | undefined {
    const open = [...this.#held.values()].filter(({ link }) => link.responsive);
    return open[Math.floor(Math.random() * open.length)]?.link.connection;
  }

  /** Whether all of these nodes answer. */
  allRespond(nodes: ReadonlyMap<string, Address>): boolean {
    return [...nodes.keys()].every((key) => this.#held.get(key)?.link.responsive === true);
  }

  /** Whether each of these nodes has been reached, or could not be. */
  allTried(nodes: ReadonlyMap<string, Address>): boolean {
    return [...nodes.keys()].every((key) => this.#held.get(key)?.link.tried === true);
  }

  /** Keeps connections to these nodes, and closes those to others that nobody used lately. */
  keep(nodes: ReadonlyMap<string, Address>): void {
    for (const [key, address] of nodes) if (!this.#held.has(key)) this.to(address);
    this.keepOnly(nodes);
  }

  /** Closes connections to other nodes that nobody used lately. */
  keepOnly(nodes: ReadonlyMap<string, Address>): void {
    const now = this.#options.clock.monotonic();
    for (const [key, { link, usedAt }] of this.#held) {
      if (nodes.has(key) || now - usedAt < guestMs) continue;
      this.#held.delete(key);
      void link.close();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#held.values()].map(({ link }) => link.close()));
  }
}
