import type { EvictionPolicy } from '../core/ports/eviction-policy.ts';
import type { MemoryBounds, MemoryQuota } from '../core/ports/memory.ts';
import { Share } from './share.ts';

const mostShares = 255;

/** How one memory is divided: which share a key or a slot belongs to, and how much each may hold. */
export class Shares {
  /** What belongs to no other share. */
  readonly rest: Share;
  /** All, in the order of their numbers; the rest is number 0. */
  readonly all: Share[];
  readonly #newPolicy: () => EvictionPolicy;
  #total: MemoryBounds;
  /** Those with a prefix, the longest first. */
  #named: readonly Share[] = [];
  /** The number of the share of each slot, while there is more than one. */
  #shareOf: Uint8Array = new Uint8Array(0);
  /** The policy of all slots, while there is one share. */
  #only: EvictionPolicy | undefined;

  constructor(total: MemoryBounds, newPolicy: () => EvictionPolicy) {
    this.#total = total;
    this.#newPolicy = newPolicy;
    this.rest = new Share('', {}, newPolicy());
    this.rest.bound(total);
    this.all = [this.rest];
    this.#only = this.rest.policy;
  }

  get total(): MemoryBounds {
    return this.#total;
  }

  get bytes(): number {
    return this.all.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The share that is over its bounds, after they shrank. */
  get overfull(): Share | undefined {
    return this.all.find((share) => share.isOverfull);
  }

  of(key: string): Share {
    if (this.#named.length === 0) return this.rest;
    for (const share of this.#named) if (key.startsWith(share.prefix)) return share;
    return this.rest;
  }

  at(slot: number): Share {
    return this.#named.length === 0 ? this.rest : this.all[this.#shareOf[slot]!]!;
  }

  /** Whom a use of the slot is told: of a memory that is not divided, at once. */
  policyAt(slot: number): EvictionPolicy {
    return this.#only ?? this.at(slot).policy;
  }

  assign(slot: number, share: Share): void {
    if (this.#named.length > 0) this.#shareOf[slot] = this.all.indexOf(share);
  }

  grow(capacity: number): void {
    for (const share of this.all) share.policy.grow(capacity);
    if (this.#named.length > 0) this.#widen(capacity);
  }

  reserve(
    prefix: string,
    quota: MemoryQuota,
    capacity: number,
  ): 'known' | 'done' | 'differs' | 'too-much' {
    const known = this.#named.find((share) => share.prefix === prefix);
    if (known !== undefined) return known.hasQuota(quota) ? 'known' : 'differs';
    if (this.#named.length >= mostShares) return 'too-much';
    const share = new Share(prefix, quota, this.#newPolicy());
    if (!this.#divide([...this.#named, share], this.#total)) return 'too-much';
    if (capacity > 0) share.policy.grow(capacity);
    this.all.push(share);
    this.#only = undefined;
    this.#named = [...this.#named, share].toSorted((a, b) => b.prefix.length - a.prefix.length);
    this.#widen(capacity);
    return 'done';
  }

  /** False, and nothing is changed, when nothing would be left for the rest. */
  resize(total: MemoryBounds): boolean {
    if (!this.#divide(this.#named, total)) return false;
    this.#total = total;
    return true;
  }

  #divide(named: readonly Share[], total: MemoryBounds): boolean {
    const parts = named.map((share) => share.boundsWithin(total));
    const sum = (of: (part: MemoryBounds) => number): number =>
      parts.reduce((all, part) => all + of(part), 0);
    const maxEntries = total.maxEntries - sum((part) => part.maxEntries);
    const maxBytes = total.maxBytes - sum((part) => part.maxBytes);
    if (maxEntries < 1 || maxBytes < 1) return false;
    for (const [n, share] of named.entries()) share.bound(parts[n]!);
    this.rest.bound({ maxEntries, maxBytes });
    return true;
  }

  #widen(capacity: number): void {
    if (this.#shareOf.length >= capacity) return;
    const before = this.#shareOf;
    this.#shareOf = new Uint8Array(capacity);
    this.#shareOf.set(before);
  }
}
