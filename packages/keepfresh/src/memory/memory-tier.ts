import type {
  EvictionPolicy,
  EvictionPolicyFactory,
  EvictionPolicyName,
  HeldSlots,
} from '../core/ports/eviction-policy.ts';
import type { Memory, MemoryEntry, TagState } from '../core/ports/memory.ts';
import type { Random } from '../core/ports/random.ts';
import { systemRandom } from '../core/system-random.ts';
import { policyOf } from './eviction/policy-of.ts';
import { KeyHash } from './key-hash.ts';
import { Slots } from './slots.ts';

export interface MemoryTierOptions {
  /** Most entries held, at least 1. */
  readonly maxEntries: number;
  /** Most bytes held by weight, at least 1,024. */
  readonly maxBytes: number;
  /** Which entry goes when memory is full: a policy by its name, or what makes one. @default 's3-fifo' */
  readonly policy?: EvictionPolicyName | EvictionPolicyFactory | undefined;
  /** Where the seed of the hash of keys comes from. @default the machine's cryptographic source */
  readonly random?: Random | undefined;
  /** Called with the key of each entry that had to go because of a bound. */
  readonly onEvict?: (key: string) => void;
}

/** Largest part of `maxBytes` that one entry may take: a single giant must not push out everything else. */
const largestShare = 0.25;

/** The memory of one process: slots found by key, bounded by entries and by bytes. */
export class MemoryTier<Tag extends TagState = TagState> implements Memory<Tag>, HeldSlots {
  readonly maxEntries: number;
  readonly maxBytes: number;
  readonly #slotOf = new Map<string, number>();
  readonly #slots: Slots<Tag> = new Slots();
  readonly #policy: EvictionPolicy;
  readonly #keyHash: KeyHash;
  readonly #onEvict: ((key: string) => void) | undefined;
  #bytes = 0;

  constructor(options: MemoryTierOptions) {
    this.maxEntries = options.maxEntries;
    this.maxBytes = options.maxBytes;
    this.#keyHash = new KeyHash((options.random ?? systemRandom).hex(8));
    this.#policy = policyOf(options.policy ?? 's3-fifo', this);
    this.#onEvict = options.onEvict;
  }

  get count(): number {
    return this.#slotOf.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  find(key: string): number {
    return this.#slotOf.get(key) ?? -1;
  }

  touch(slot: number): void {
    this.#policy.onHit(slot);
  }

  put(entry: MemoryEntry<Tag>): boolean {
    const held = this.find(entry.key);
    if (held !== -1 && this.#replace(held, entry)) return true;
    if (entry.weight > this.maxBytes * largestShare) return false;
    while (this.count >= this.maxEntries || this.#bytes + entry.weight > this.maxBytes) {
      this.#evict();
    }
    // A listener of the eviction may have stored the key meanwhile.
    const returned = this.find(entry.key);
    if (returned !== -1) this.remove(returned);
    this.#insert(entry);
    return true;
  }

  remove(slot: number): void {
    this.#policy.onRemove(slot);
    this.#release(slot, this.#slots.keys[slot]!);
  }

  clear(): void {
    for (const slot of this.#slotOf.values()) this.#slots.give(slot);
    this.#slotOf.clear();
    this.#policy.clear();
    this.#bytes = 0;
  }

  /** For the policy: hash of the slot's key, seeded for this memory. */
  hash(slot: number): number {
    return this.#keyHash.of(this.#slots.keys[slot]!);
  }

  value(slot: number): unknown {
    return this.#slots.values[slot];
  }
  setValue(slot: number, value: unknown): void {
    this.#slots.values[slot] = value;
  }
  tags(slot: number): readonly Tag[] {
    return this.#slots.tags[slot]!;
  }
  createdAt(slot: number): number {
    return this.#slots.createdAt[slot]!;
  }
  freshUntil(slot: number): number {
    return this.#slots.freshUntil[slot]!;
  }
  staleUntil(slot: number): number {
    return this.#slots.staleUntil[slot]!;
  }
  expiresAt(slot: number): number {
    return this.#slots.expiresAt[slot]!;
  }
  loadStartedAt(slot: number): number {
    return this.#slots.loadStartedAt[slot]!;
  }
  position(slot: number): number {
    return this.#slots.position[slot]!;
  }
  version(slot: number): number {
    return this.#slots.version[slot]!;
  }
  weight(slot: number): number {
    return this.#slots.weight[slot]!;
  }
  checkedSeq(slot: number): number {
    return this.#slots.checkedSeq[slot]!;
  }
  setChecked(slot: number, seq: number): void {
    this.#slots.checkedSeq[slot] = seq;
  }
  expire(slot: number): void {
    this.#slots.freshUntil[slot] = Number.NEGATIVE_INFINITY;
    this.#slots.staleUntil[slot] = Number.NEGATIVE_INFINITY;
  }

  /** Writes over what is held, in its place. False, and nothing is held, when that would break a bound. */
  #replace(slot: number, entry: MemoryEntry<Tag>): boolean {
    const bytes = this.#bytes - this.#slots.weight[slot]! + entry.weight;
    if (bytes > this.maxBytes || entry.weight > this.maxBytes * largestShare) {
      this.remove(slot);
      return false;
    }
    this.#slots.write(slot, entry);
    this.#bytes = bytes;
    this.#policy.onReplace(slot);
    return true;
  }

  #insert(entry: MemoryEntry<Tag>): void {
    if (this.#slots.free === 0) {
      this.#slots.grow(this.maxEntries);
      this.#policy.grow(this.#slots.capacity);
    }
    const slot = this.#slots.take();
    this.#slots.write(slot, entry);
    this.#slotOf.set(entry.key, slot);
    this.#bytes += entry.weight;
    this.#policy.onInsert(slot);
  }

  #release(slot: number, key: string): void {
    this.#slotOf.delete(key);
    this.#bytes -= this.#slots.weight[slot]!;
    this.#slots.give(slot);
  }

  #evict(): void {
    const slot = this.#policy.evict();
    const key = this.#slots.keys[slot]!;
    this.#release(slot, key);
    this.#onEvict?.(key);
  }

  /** Compares every structure with every other and throws where they disagree; for tests. */
  check(): void {
    this.#checkPolicy();
    let bytes = 0;
    for (const [key, slot] of this.#slotOf) {
      if (this.#slots.keys[slot] !== key) throw new Error(`slot ${slot} does not hold ${key}`);
      bytes += this.#slots.weight[slot]!;
    }
    if (bytes !== this.#bytes) throw new Error(`counted ${this.#bytes} bytes, held ${bytes}`);
    if (this.count > this.maxEntries) throw new Error(`${this.count} entries held`);
    if (bytes > this.maxBytes) throw new Error(`${bytes} bytes held`);
    if (this.#slots.free + this.count !== this.#slots.capacity) throw new Error('a slot is lost');
  }

  #checkPolicy(): void {
    const slots = this.#policy.check?.();
    if (slots === undefined) return;
    const held = new Set(this.#slotOf.values());
    if (slots.length !== held.size || slots.some((slot) => !held.has(slot))) {
      throw new Error('the policy holds other slots than memory');
    }
  }
}
