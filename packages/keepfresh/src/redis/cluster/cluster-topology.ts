import type { Cancel, Clock } from '../../core/ports/clock.ts';
import { awaitable } from '../connections/awaitable.ts';
import { type Address, addressText, type RedisConnection } from '../connections/connection.ts';
import { readSlotRanges, SlotMap, type SlotRange } from './slot-map.ts';
import { useOnce } from '../connections/use-once.ts';

/** Whom a topology asks, and who hears of what it learns. */
export interface TopologyOptions {
  readonly clock: Clock;
  /** Longest time for one node to answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Where to begin: nodes of the cluster, masters or not. */
  readonly nodes: readonly Address[];
  /** Opens a connection to a node. */
  readonly dial: (address: Address) => Promise<RedisConnection>;
  /** Where the nodes reach each other to where we reach them. */
  readonly translate: (address: Address) => Address;
  /** A connection that is open anyway, if there is one. */
  readonly openConnection: () => RedisConnection | undefined;
  /** Called after each view; tells whether all is well, or the cluster should be asked again soon. */
  readonly onView: (masters: ReadonlyMap<string, Address>) => boolean;
  readonly onFailure: (cause: unknown) => void;
}

const soonestMs = 50;
const latestMs = 300;
const mostAsked = 5;
const notQuickMs = 150;

/**
 * Who serves which slot of a cluster. It asks any node at the start, whenever there is a sign that something
 * changed, and then again until all is well: at growing intervals of 50 to 300 ms.
 */
export class ClusterTopology {
  readonly #options: TopologyOptions;
  readonly #map = new SlotMap();
  #delayMs = soonestMs;
  #cancel: Cancel | undefined;
  #asking = false;
  #askAgain = false;
  #closed = false;

  constructor(options: TopologyOptions) {
    this.#options = options;
    void this.#ask();
  }

  /** The master that serves a slot, as far as known. */
  ownerOf(slot: number): Address | undefined {
    return this.#map.ownerOf(slot);
  }

  masters(): ReadonlyMap<string, Address> {
    return this.#map.masters();
  }

  /** A node to listen to, any of those known; undefined before the first view. */
  anyNode(): Address | undefined {
    const { nodes } = this.#map;
    return nodes[Math.floor(Math.random() * nodes.length)];
  }

  /** Takes a node's word for where a slot is now, and asks for the rest. */
  moved(slot: number, owner: Address): void {
    this.#map.move(slot, owner);
    this.refreshSoon();
  }

  /** Something changed: asks the cluster, at once if it was not asked a moment ago. */
  refreshSoon(): void {
    this.#delayMs = soonestMs;
    if (this.#asking) this.#askAgain = true;
    else this.#askIn(soonestMs * Math.random());
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  #askIn(delayMs: number): void {
    if (this.#closed || this.#cancel !== undefined) return;
    this.#cancel = this.#options.clock.schedule(delayMs, () => {
      this.#cancel = undefined;
      void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    this.#askAgain = false;
    let well = false;
    try {
      this.#map.replace(await this.#view());
      well = !this.#closed && this.#options.onView(this.#map.masters());
      // Connections that were only just begun deserve a moment.
      this.#delayMs = Math.max(this.#delayMs, notQuickMs);
    } catch (error) {
      this.#options.onFailure(error);
    }
    this.#asking = false;
    if (well && !this.#askAgain) return;
    const share = 0.5 + Math.random() / 2;
    this.#askIn(this.#delayMs * share);
    this.#delayMs = Math.min(latestMs, this.#delayMs * 2);
  }

  /** The view of a node: of one we are connected to, otherwise of the first to answer of some. */
  async #view(): Promise<SlotRange[]> {
    const open = this.#options.openConnection();
    if (open !== undefined) {
      try {
        return await Promise.race([this.#viewOf(open), this.#late()]);
      } catch {
        // Others may know more.
      }
    }
    return this.#firstView(this.#candidates());
  }

  /** The first view that arrives. The next node is asked when one fails, or is not quick to answer. */
  #firstView(candidates: readonly Address[]): Promise<SlotRange[]> {
    const { promise, resolve, reject } = Promise.withResolvers<SlotRange[]>();
    const waiting = [...candidates];
    let [running, settled] = [0, false];
    const askNext = (cause?: unknown): void => {
      const address = waiting.shift();
      if (settled) return;
      if (address === undefined) {
        if (running === 0) reject(cause);
        return;
      }
      running++;
      const failed = (error: unknown): void => {
        running--;
        askNext(error);
      };
      this.#dialledView(address).then(resolve, failed);
      this.#options.clock.schedule(notQuickMs, askNext);
    };
    askNext();
    const end = (): void => {
      settled = true;
    };
    promise.then(end, end);
    return promise;
  }

  /** Some of the nodes known, and of those we began with: all of these may have been replaced since. */
  #candidates(): Address[] {
    const all = new Map(
      [...this.#options.nodes, ...this.#map.nodes].map((node) => [addressText(node), node]),
    );
    const shuffled = [...all.values()].map((node) => ({ node, at: Math.random() }));
    shuffled.sort((a, b) => a.at - b.at);
    return shuffled.slice(0, mostAsked).map(({ node }) => node);
  }

  async #dialledView(address: Address): Promise<SlotRange[]> {
    const { clock, dial, timeoutMs: withinMs } = this.#options;
    return useOnce(await dial(address), { clock, withinMs }, (connection) =>
      this.#viewOf(connection),
    );
  }

  async #viewOf(connection: RedisConnection): Promise<SlotRange[]> {
    const reply = await connection.send(['CLUSTER', 'SLOTS']);
    const from = connection.address ?? { host: '127.0.0.1', port: 6379 };
    const ranges = readSlotRanges(reply, from, this.#options.translate);
    if (ranges.length === 0) throw new Error('The cluster has no slots yet.');
    return ranges;
  }

  #late(): Promise<never> {
    const { clock, timeoutMs } = this.#options;
    const { promise, reject } = awaitable<never>();
    const error = new Error(`No node of the cluster answered within ${timeoutMs} ms.`);
    clock.schedule(timeoutMs, () => reject(error));
    return promise;
  }
}
