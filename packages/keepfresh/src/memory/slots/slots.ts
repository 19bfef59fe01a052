import type { MemoryEntry, TagState } from '../../core/ports/memory.ts';
import { OffsetColumn } from './offset-column.ts';
import { OptionalColumn } from './optional-column.ts';
import { packRough, unpackRough } from './rough-number.ts';
import { type Early, Spans } from './spans.ts';

const firstCapacity = 256;
/** Up to here the arrays double; beyond, they grow by a quarter, so that less is reserved in vain. */
const doublesUpTo = 65_536;
const nothing: readonly never[] = [];

/** Numbers of 16 bits for each slot: its span first, then these. */
const [ageAt, weightAt, fields] = [1, 2, 3];

/** What is never fresh and never stale at any time: only a failed load may serve it. */
const expired = 0;

/**
 * The fields of the entries, one array per field and one place per entry, so that a million entries are a few
 * dozen objects for the garbage collector. A place takes 28 bytes: pointers to key and value (16), the end of
 * the entry (4) and its other times (4), its weight (2), and since the first invalidation what it was checked
 * against (4, in fewer while there was none). Tags, versions, promises and what only a cache with a log needs
 * take room from the first entry that has them. Nothing is reserved for entries that never come.
 *
 * Rounding is on the safe side: entries end up to 2 ms early, never late; a weight is up to 0.1 % too large.
 */
export class Slots<Tag extends TagState> {
  capacity = 0;
  keys: (string | undefined)[] = [];
  values: unknown[] = [];
  #tags: (readonly Tag[])[] | undefined;
  #promises: (Promise<unknown> | undefined)[] | undefined;
  readonly #ends: OffsetColumn;
  readonly #checked: OffsetColumn = new OffsetColumn((number) => number);
  readonly #spans: Spans = new Spans();
  /** Of each slot its span, its age and its weight, side by side for the processor's cache. */
  #packed: Uint16Array = new Uint16Array(0);
  readonly #tracksLog: boolean;
  readonly #loadStartedAt: OptionalColumn = new OptionalColumn();
  readonly #position: OptionalColumn = new OptionalColumn();
  readonly #version: OptionalColumn = new OptionalColumn();
  /** Places that were used and given back; those from `#unused` on never were. */
  #free: Int32Array = new Int32Array(0);
  #freeCount = 0;
  #unused = 0;
  #lastAge = 0;
  #lastPackedAge = 0;

  /** `now` reads the wall clock, near which the times of entries are; `tracksLog` is of the memory's options. */
  constructor(options: { readonly now: () => number; readonly tracksLog: boolean }) {
    this.#ends = new OffsetColumn(options.now);
    this.#tracksLog = options.tracksLog;
  }

  /** How many places are free before the arrays have to grow. */
  get free(): number {
    return this.#freeCount + this.capacity - this.#unused;
  }

  /** The places that hold an entry. */
  held(): number[] {
    return this.keys.flatMap((key, slot) => (key === undefined ? [] : [slot]));
  }

  /** Takes a free place; there must be one. */
  take(): number {
    return this.#freeCount > 0 ? this.#free[--this.#freeCount]! : this.#unused++;
  }

  /** Gives a place back and lets go of what it held. */
  give(slot: number): void {
    this.keys[slot] = undefined;
    this.values[slot] = undefined;
    if (this.#tags !== undefined) this.#tags[slot] = nothing;
    if (this.#promises !== undefined) this.#promises[slot] = undefined;
    this.#packed[slot * fields + weightAt] = 0;
    if (this.#freeCount === this.#free.length) {
      this.#free = grown(this.#free, Math.max(64, this.#freeCount * 2));
    }
    this.#free[this.#freeCount++] = slot;
  }

  /** `weight`: that of the entry, as `packRough` packs it. */
  write(slot: number, entry: MemoryEntry<Tag>, weight: number): void {
    this.keys[slot] = entry.key;
    this.overwrite(slot, entry, weight);
  }

  /** The same for an entry whose key the slot has. */
  overwrite(slot: number, entry: MemoryEntry<Tag>, weight: number): void {
    this.values[slot] = entry.value;
    if (this.#promises !== undefined) this.#promises[slot] = undefined;
    this.#writeTags(slot, entry.tags);
    this.#ends.set(slot, entry.expiresAt);
    const end = this.#ends.get(slot);
    const at = slot * fields;
    const [fresh, stale] = [before(end, entry.freshUntil), before(end, entry.staleUntil)];
    this.#packed[at] =
      entry.earlyMs === undefined && entry.isWatched === undefined
        ? this.#spans.numberOf(fresh, stale)
        : this.#spans.numberOf(fresh, stale, earlyOf(entry));
    this.#packed[at + ageAt] = this.#packedAge(before(end, entry.createdAt));
    this.#packed[at + weightAt] = weight;
    this.#checked.set(slot, entry.checkedSeq);
    this.#version.set(slot, entry.version);
    if (!this.#tracksLog) return;
    this.#loadStartedAt.set(slot, entry.loadStartedAt);
    this.#position.set(slot, entry.position);
  }

  promise(slot: number): Promise<unknown> | undefined {
    return this.#promises === undefined ? undefined : this.#promises[slot];
  }

  setPromise(slot: number, promise: Promise<unknown>): void {
    this.#promises ??= lengthened<Promise<unknown> | undefined>([], this.capacity, undefined);
    this.#promises[slot] = promise;
  }

  tags(slot: number): readonly Tag[] {
    return this.#tags === undefined ? nothing : this.#tags[slot]!;
  }

  createdAt(slot: number): number {
    return this.#ends.get(slot) - unpackRough(this.#packed[slot * fields + ageAt]!);
  }

  isFresh(slot: number, now: number): boolean {
    return this.#ends.exceeds(slot, now, this.#spans.fresh[this.#packed[slot * fields]!]!);
  }

  isSettled(slot: number, now: number): boolean {
    return this.#ends.exceeds(slot, now, this.#spans.settled[this.#packed[slot * fields]!]!);
  }

  /** As it was written, up to a twentieth more. */
  earlyMs(slot: number): number {
    return this.#spans.early[this.#packed[slot * fields]!]!;
  }

  isWatched(slot: number): boolean {
    return this.#spans.isWatched(this.#packed[slot * fields]!);
  }

  unwatch(slot: number, ms: number): void {
    const span = this.#packed[slot * fields]!;
    const { fresh, stale } = this.#spans;
    this.#packed[slot * fields] = this.#spans.numberOf(fresh[span]!, stale[span]!, {
      ms,
      isWatched: false,
    });
  }

  freshUntil(slot: number): number {
    return this.#ends.get(slot) - this.#spans.fresh[this.#packed[slot * fields]!]!;
  }

  staleUntil(slot: number): number {
    return this.#ends.get(slot) - this.#spans.stale[this.#packed[slot * fields]!]!;
  }

  expiresAt(slot: number): number {
    return this.#ends.get(slot);
  }

  /** -Infinity, unknown, where nothing of the log is held. */
  loadStartedAt(slot: number): number {
    return this.#tracksLog ? this.#loadStartedAt.get(slot) : Number.NEGATIVE_INFINITY;
  }

  /** 0 where nothing of the log is held. */
  position(slot: number): number {
    return this.#tracksLog ? this.#position.get(slot) : 0;
  }

  version(slot: number): number {
    return this.#version.get(slot);
  }

  /** As it is counted: what was written, rounded up. */
  weight(slot: number): number {
    return unpackRough(this.#packed[slot * fields + weightAt]!);
  }

  checkedSeq(slot: number): number {
    return this.#checked.get(slot);
  }

  isChecked(slot: number, seq: number): boolean {
    return this.#checked.has(slot, seq);
  }

  setChecked(slot: number, seq: number): void {
    this.#checked.set(slot, seq);
  }

  expire(slot: number): void {
    this.#packed[slot * fields] = expired;
  }

  /** Enlarges the arrays by a step, up to `limit` places. */
  grow(limit: number): void {
    const { capacity: before } = this;
    const step = before < doublesUpTo ? before : Math.ceil(before / 4);
    this.capacity = Math.min(limit, Math.max(firstCapacity, before + step));
    this.keys = lengthened<string | undefined>(this.keys, this.capacity, undefined);
    this.values = lengthened<unknown>(this.values, this.capacity, undefined);
    if (this.#tags !== undefined) {
      this.#tags = lengthened<readonly Tag[]>(this.#tags, this.capacity, nothing);
    }
    if (this.#promises !== undefined) {
      this.#promises = lengthened(this.#promises, this.capacity, undefined);
    }
    this.#packed = grown(this.#packed, this.capacity * fields);
    for (const column of [
      this.#ends,
      this.#checked,
      this.#loadStartedAt,
      this.#position,
      this.#version,
    ]) {
      column.grow(this.capacity);
    }
  }

  /** Most entries of a burst live equally long. */
  #packedAge(ms: number): number {
    if (ms !== this.#lastAge) {
      this.#lastAge = ms;
      this.#lastPackedAge = packRough(ms);
    }
    return this.#lastPackedAge;
  }

  #writeTags(slot: number, tags: readonly Tag[]): void {
    if (this.#tags === undefined) {
      if (tags.length === 0) return;
      this.#tags = lengthened<readonly Tag[]>([], this.capacity, nothing);
    }
    this.#tags[slot] = tags;
  }
}

function earlyOf({
  earlyMs = 0,
  isWatched = false,
}: Pick<MemoryEntry, 'earlyMs' | 'isWatched'>): Early {
  return { ms: earlyMs, isWatched };
}

/** How long `time` is before `end`, in whole milliseconds, rounded up. */
function before(end: number, time: number): number {
  return end > time ? Math.ceil(end - time) : 0;
}

/** An array of exactly this length: one that grows by `push` reserves up to half as much again. */
function lengthened<T>(array: readonly T[], length: number, empty: T): T[] {
  // oxlint-disable-next-line unicorn/no-new-array -- Array.from({ length }) takes ten times as long.
  const longer = new Array<T>(length).fill(empty);
  for (let index = 0; index < array.length; index++) longer[index] = array[index]!;
  return longer;
}

function grown<Numbers extends Int32Array | Uint16Array>(array: Numbers, length: number): Numbers {
  const larger = new (array.constructor as new (length: number) => Numbers)(length);
  larger.set(array);
  return larger;
}
