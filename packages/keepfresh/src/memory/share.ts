import type { EvictionPolicy } from '../core/ports/eviction-policy.ts';

/** A part of memory that fills and empties on its own: entries of one share never push out those of another. */
export class Share {
  /** The keys that belong to it begin with this; '' for the share of all that have none of their own. */
  readonly prefix: string;
  /** Part of all memory that it was given, above 0 to 1. */
  readonly part: number;
  readonly policy: EvictionPolicy;
  maxEntries = 0;
  maxBytes = 0;
  count = 0;
  bytes = 0;

  constructor(prefix: string, part: number, policy: EvictionPolicy) {
    this.prefix = prefix;
    this.part = part;
    this.policy = policy;
  }

  /** Takes `part` of the bounds of the whole memory as its own. */
  bound(part: number, maxEntries: number, maxBytes: number): void {
    this.maxEntries = Math.max(1, Math.floor(maxEntries * part));
    this.maxBytes = part === 1 ? maxBytes : Math.floor(maxBytes * part);
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
