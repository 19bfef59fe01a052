import { CacheError } from '../core/errors.ts';
import type { EvictionPolicy, HeldSlots } from '../core/ports/eviction-policy.ts';
import type {
  Memory,
  MemoryBounds,
  MemoryEntry,
  MemoryQuota,
  TagState,
} from '../core/ports/memory.ts';
import { systemClock } from '../core/system-clock.ts';
import { systemRandom } from '../core/system-random.ts';
import { policyOf } from './eviction/policy-of.ts';
import { SlotLinks } from './eviction/slot-links.ts';
import { KeyHash } from './key-index/key-hash.ts';
import { KeyIndex } from './key-index/key-index.ts';
import type { MemoryTierOptions } from './memory-tier-options.ts';
import type { Share } from './share.ts';
import { Shares } from './shares.ts';
import { packRough, unpackRough } from './slots/rough-number.ts';
import { Slots } from './slots/slots.ts';

/** Largest part of `maxBytes` that one entry may take: a single giant must not push out everything else. */
const largestShare = 0.25;
/** After bounds shrank, each insertion evicts a few of what is too much, so that none takes long. */
const evictionsWhileShrinking = 16;

/** The memory of one process: slots found by key, bounded by entries and by bytes. */
export class MemoryTier<Tag extends TagState = TagState> implements Memory<Tag>, HeldSlots {
  readonly #slots: Slots<Tag>;
  readonly #index: KeyIndex;
  readonly #links: SlotLinks = new SlotLinks();
  readonly #weigh: ((entry: MemoryEntry) => number) | undefined;
  readonly #onFill: (() => void) | undefined;
  readonly #onEvict: ((key: string) => void) | undefined;
  readonly #shares: Shares;
  #refused = 0;
  /** Tells whether a listener stored something. */
  #insertions = 0;

  constructor(options: MemoryTierOptions) {
    this.#weigh = options.weigh;
    this.#onFill = options.onFill;
    this.#onEvict = options.onEvict;
    const { clock = systemClock, random = systemRandom, policy = 's3-fifo' } = options;
    this.#slots = new Slots({ now: () => clock.now(), tracksLog: options.tracksLog ?? true });
    this.#index = new KeyIndex({ keyHash: new KeyHash(random.hex(8)), held: this.#slots });
    const { maxEntries, maxBytes } = options;
    const newPolicy = (): EvictionPolicy => policyOf(policy, this, this.#links);
    this.#shares = new Shares({ maxEntries, maxBytes }, newPolicy);
  }

  get count(): number {
    return this.#index.size;
  }

  get bytes(): number {
    return this.#shares.bytes;
  }

  get maxEntries(): number {
    return this.#shares.total.maxEntries;
  }

  get maxBytes(): number {
    return this.#shares.total.maxBytes;
  }

  get refused(): number {
    return this.#refused;
  }

  get capacity(): number {
    return this.#slots.capacity;
  }

  keyAt(slot: number): string | undefined {
    return this.#slots.keys[slot];
  }

  find(key: string): number {
    return this.#index.find(key);
  }

  touch(slot: number): void {
    this.#shares.policyAt(slot).onHit(slot);
  }

  put(entry: MemoryEntry<Tag>): boolean {
    const share = this.#shares.of(entry.key);
    const weight = packRough(this.#weigh === undefined ? entry.weight : this.#weigh(entry));
    const held = this.find(entry.key);
    if (held !== -1 && this.#replace(held, entry, weight, share)) return true;
    const bytes = unpackRough(weight);
    if (bytes > share.maxBytes * largestShare) {
      this.#refused++;
      return false;
    }
    const insertions = this.#insertions;
    let left = share.isOverfull ? evictionsWhileShrinking : Number.POSITIVE_INFINITY;
    while (left-- > 0 && share.isFullFor(bytes)) this.#evict(share);
    if (insertions !== this.#insertions) this.#removeReturned(entry.key);
    this.#insert(entry, weight, share);
    return true;
  }

  remove(slot: number): void {
    const share = this.#shares.at(slot);
    share.policy.onRemove(slot);
    this.#release(slot, this.#slots.keys[slot]!, share);
  }

  clear(): void {
    for (const slot of this.#slots.held()) this.#slots.give(slot);
    this.#index.clear();
    for (const share of this.#shares.all) {
      share.policy.clear();
      share.count = share.bytes = 0;
    }
  }

  reserve(prefix: string, quota: MemoryQuota): 'done' | 'differs' | 'too-much' {
    const answer = this.#shares.reserve(prefix, quota, this.capacity);
    if (answer === 'known') return 'done';
    while (this.#shares.rest.isOverfull) this.#evict(this.#shares.rest);
    return answer;
  }

  resize(bounds: MemoryBounds): boolean {
    return this.#shares.resize(bounds);
  }

  trim(most: number): boolean {
    for (let left = most; left > 0; left--) {
      const share = this.#shares.overfull;
      if (share === undefined) return false;
      this.#evict(share);
    }
    return this.#shares.overfull !== undefined;
  }

  /** For the policy: hash of the slot's key, seeded for this memory. */
  hash(slot: number): number {
    return this.#index.hash(slot);
  }

  value(slot: number): unknown {
    return this.#slots.values[slot];
  }
  promise(slot: number): Promise<unknown> | undefined {
    return this.#slots.promise(slot);
  }
  setPromise(slot: number, promise: Promise<unknown>): void {
    this.#slots.setPromise(slot, promise);
  }
  tags(slot: number): readonly Tag[] {
    return this.#slots.tags(slot);
  }
  createdAt(slot: number): number {
    return this.#slots.createdAt(slot);
  }
  isFresh(slot: number, now: number): boolean {
    return this.#slots.isFresh(slot, now);
  }
  isSettled(slot: number, now: number): boolean {
    return this.#slots.isSettled(slot, now);
  }
  earlyMs(slot: number): number {
    return this.#slots.earlyMs(slot);
  }
  isWatched(slot: number): boolean {
    return this.#slots.isWatched(slot);
  }
  unwatch(slot: number, earlyMs: number): void {
    this.#slots.unwatch(slot, earlyMs);
  }
  freshUntil(slot: number): number {
    return this.#slots.freshUntil(slot);
  }
  staleUntil(slot: number): number {
    return this.#slots.staleUntil(slot);
  }
  expiresAt(slot: number): number {
    return this.#slots.expiresAt(slot);
  }
  loadStartedAt(slot: number): number {
    return this.#slots.loadStartedAt(slot);
  }
  position(slot: number): number {
    return this.#slots.position(slot);
  }
  version(slot: number): number {
    return this.#slots.version(slot);
  }
  weight(slot: number): number {
    return this.#slots.weight(slot);
  }
  checkedSeq(slot: number): number {
    return this.#slots.checkedSeq(slot);
  }
  isChecked(slot: number, seq: number): boolean {
    return this.#slots.isChecked(slot, seq);
  }
  setChecked(slot: number, seq: number): void {
    this.#slots.setChecked(slot, seq);
  }
  expire(slot: number): void {
    this.#slots.expire(slot);
  }

  /** Writes over what is held, in its place. False, and nothing is held, when that would break a bound. */
  #replace(slot: number, entry: MemoryEntry<Tag>, weight: number, share: Share): boolean {
    const own = unpackRough(weight);
    const bytes = share.bytes - this.#slots.weight(slot) + own;
    const fits = bytes <= share.maxBytes && own <= share.maxBytes * largestShare;
    if (!fits || share !== this.#shares.at(slot)) {
      this.remove(slot);
      return false;
    }
    this.#slots.overwrite(slot, entry, weight);
    share.bytes = bytes;
    share.policy.onReplace(slot);
    return true;
  }

  /** A listener of an eviction stored the key meanwhile. */
  #removeReturned(key: string): void {
    const returned = this.find(key);
    if (returned !== -1) this.remove(returned);
  }

  #insert(entry: MemoryEntry<Tag>, weight: number, share: Share): void {
    this.#insertions++;
    if (this.#slots.free === 0) this.#grow();
    const slot = this.#slots.take();
    this.#slots.write(slot, entry, weight);
    this.#index.add(entry.key, slot);
    this.#shares.assign(slot, share);
    share.count++;
    share.bytes += unpackRough(weight);
    share.policy.onInsert(slot);
    if (this.count === 1) this.#onFill?.();
  }

  #grow(): void {
    this.#slots.grow(this.maxEntries);
    this.#index.grow(this.capacity);
    this.#shares.grow(this.capacity);
  }

  #release(slot: number, key: string, share: Share): void {
    this.#index.remove(key, slot);
    share.count--;
    share.bytes -= this.#slots.weight(slot);
    this.#slots.give(slot);
  }

  #evict(share: Share): void {
    const slot = share.policy.evict();
    const key = this.#slots.keys[slot];
    if (key === undefined) throw emptySlot(share.policy.name, slot);
    this.#release(slot, key, share);
    this.#onEvict?.(key);
  }

  /** Compares every structure with every other and throws where they disagree; for tests. */
  check(): void {
    for (const slot of this.#slots.held()) {
      const key = this.#slots.keys[slot]!;
      if (this.find(key) !== slot) throw new Error(`slot ${slot} does not hold ${key}`);
    }
    this.#index.check();
    if (this.#slots.held().length !== this.count) throw new Error('the index holds other keys');
    if (this.#slots.free + this.count !== this.capacity) throw new Error('a slot is lost');
    for (const share of this.#shares.all) this.#checkShare(share);
  }

  #checkShare(share: Share): void {
    const slots = this.#slots.held().filter((slot) => this.#shares.at(slot) === share);
    const bytes = slots.reduce((sum, slot) => sum + this.weight(slot), 0);
    if (bytes !== share.bytes) throw new Error(`counted ${share.bytes} bytes, held ${bytes}`);
    if (slots.length !== share.count) throw new Error(`counted ${share.count} entries`);
    if (share.isOverfull) throw new Error(`${share.count} entries of ${bytes} bytes are too many`);
    const known = new Set(share.policy.check?.() ?? slots);
    if (known.size !== slots.length || slots.some((slot) => !known.has(slot))) {
      throw new Error('the policy holds other slots than memory');
    }
  }
}

function emptySlot(policy: string, slot: number): CacheError {
  return new CacheError(
    'INVALID_ARGUMENT',
    `memory.policy '${policy}' chose slot ${slot}, which holds nothing; evict() must return a slot it was given`,
  );
}
