import type { EvictionPolicy } from '../core/ports/eviction-policy.ts';
import type { MemoryBounds, MemoryQuota } from '../core/ports/memory.ts';

/** A part of memory that fills and empties on its own: entries of one share never push out those of another. */
export class Share {
  /** The keys that belong to it begin with this; '' for the share of all that have none of their own. */
  readonly prefix: string;
  readonly policy: EvictionPolicy;
  readonly #quota: MemoryQuota;
  maxEntries = 0;
  maxBytes = 0;
  count = 0;
  bytes = 0;

  constructor(prefix: string, quota: MemoryQuota, policy: EvictionPolicy) {
    this.prefix = prefix;
    this.#quota = quota;
    this.policy = policy;
  }

  /** Whether it was given the same. */
  hasQuota({ part, maxEntries, maxBytes }: MemoryQuota): boolean {
    const own = this.#quota;
    return own.part === part && own.maxEntries === maxEntries && own.maxBytes === maxBytes;
  }

  /** What it may hold of a memory with these bounds. A bound that its quota does not name follows the other one. */
  boundsWithin(total: MemoryBounds): MemoryBounds {
    const { part, maxEntries, maxBytes } = this.#quota;
    const given =
      maxBytes === undefined ? (maxEntries ?? 0) / total.maxEntries : maxBytes / total.maxBytes;
    const share = part ?? given;
    return {
      maxEntries: maxEntries ?? Math.max(1, Math.floor(total.maxEntries * share)),
      maxBytes: maxBytes ?? Math.floor(total.maxBytes * share),
    };
  }

  bound({ maxEntries, maxBytes }: MemoryBounds): void {
    this.maxEntries = maxEntries;
    this.maxBytes = maxBytes;
  }

  /** Whether one more entry of this weight would be too much. */
  isFullFor(weight: number): boolean {
    return this.count >= this.maxEntries || this.bytes + weight > this.maxBytes;
  }

  /** Whether it holds more than it may, after its bounds shrank. */
  get isOverfull(): boolean {
    return this.count > this.maxEntries || this.bytes > this.maxBytes;
  }
}
