import { CacheError } from '../../errors.ts';
import { endsOnceExpired } from '../../policy/freshness.ts';
import { formatSnapshotLine } from '../../policy/snapshot-line.ts';
import type { StoredRecord } from '../../ports/record.ts';
import { readBudget } from '../time/budget.ts';
import { encodeValue } from '../store/encode-value.ts';
import type { Engine } from '../engine.ts';
import { packRecord } from '../store/pack-record.ts';
import { reveal } from '../memory/sealed.ts';

export interface ExportRequest {
  /** Only keys that begin with it. */
  readonly prefix: string;
  /** Further keys, which are read from the shared store. */
  readonly keys: Iterable<string> | AsyncIterable<string>;
  readonly signal: AbortSignal | undefined;
  /** Told now and then, and at the end. */
  readonly onProgress: (exported: number) => void;
}

/** How many keys are read from the store at once. */
const atOnce = 100;
/** How often progress is told, in entries. */
const progressEvery = 1_000;

/**
 * The entries that memory holds, and those of the store that are named, as lines of a snapshot: values as a store
 * keeps them, packed and encrypted. An entry is valid at the moment of its export, so it carries the position that
 * was applied then instead of its older one: that says the same, and can be judged for longer.
 */
export class SnapshotExport {
  readonly #engine: Engine;
  readonly #request: ExportRequest;
  #exported = 0;

  constructor(engine: Engine, request: ExportRequest) {
    this.#engine = engine;
    this.#request = request;
  }

  async *lines(): AsyncGenerator<string> {
    yield formatSnapshotLine({ kind: 'header', epoch: await this.#epoch() });
    const { memory } = this.#engine.parts;
    for (let slot = 0; slot < memory.capacity; slot++) {
      const key = memory.keyAt(slot);
      if (key?.startsWith(this.#request.prefix) !== true) continue;
      const line = this.#lineOf(key, this.#held(key, slot));
      if (line !== undefined) yield line;
    }
    yield* this.#named();
    this.#request.onProgress(this.#exported);
    yield formatSnapshotLine({ kind: 'end', entries: this.#exported });
  }

  async *#named(): AsyncGenerator<string> {
    let keys: string[] = [];
    for await (const key of this.#request.keys) {
      this.#check();
      if (this.#engine.parts.memory.find(key) === -1) keys.push(key);
      if (keys.length < atOnce) continue;
      yield* this.#stored(keys);
      keys = [];
    }
    if (keys.length > 0) yield* this.#stored(keys);
  }

  /** What the store does not answer is left out. */
  async *#stored(keys: readonly string[]): AsyncGenerator<string> {
    const { parts, judge } = this.#engine;
    const { far, view } = parts;
    const budget = readBudget(parts);
    if (far === undefined || !(await view.confirm(budget))) return;
    const records = await far.readMany(keys, budget).catch(() => []);
    for (const [n, record] of records.entries()) {
      if (record === undefined) continue;
      const standing = judge.record(keys[n]!, record);
      const isUsable = standing === 'fresh' || standing === 'stale';
      const line = this.#lineOf(keys[n]!, isUsable ? record : undefined);
      if (line !== undefined) yield line;
    }
  }

  /** As of now, when it was found valid. */
  #lineOf(key: string, record: StoredRecord | undefined): string | undefined {
    this.#check();
    if (record === undefined) return undefined;
    this.#exported++;
    if (this.#exported % progressEvery === 0) this.#request.onProgress(this.#exported);
    const { token, codec, createdAt, freshUntil, staleUntil, expiresAt } = record;
    const { loadMs, version, tags, payload } = record;
    const times = { createdAt, freshUntil, staleUntil, expiresAt, loadMs };
    const plain = { token, codec, ...times, version, tags, payload };
    return formatSnapshotLine({
      kind: 'entry',
      key,
      record: { ...plain, ...this.#engine.parts.view.point },
    });
  }

  /** What memory has, as a store would keep it; undefined when it cannot be used, or not be encoded. */
  #held(key: string, slot: number): StoredRecord | undefined {
    const { judge, parts } = this.#engine;
    const { memory, codec, clock, random, view } = parts;
    const standing = judge.slot(key, slot, clock.now());
    if (standing === 'invalidated' || standing === 'expired') return undefined;
    const { offsetMs } = view;
    const record: StoredRecord = {
      token: random.hex(16),
      codec: codec.id,
      ...view.point,
      createdAt: memory.createdAt(slot) + offsetMs,
      freshUntil: memory.freshUntil(slot) + offsetMs,
      staleUntil: memory.staleUntil(slot) + offsetMs,
      expiresAt: memory.expiresAt(slot) + offsetMs,
      loadMs: 0,
      version: memory.version(slot),
      tags: memory.tags(slot).map(({ tag }) => tag),
      payload: encodeValue(codec, key, reveal(memory.value(slot))),
    };
    const ends = standing === 'stale-if-error' ? endsOnceExpired : {};
    return packRecord(codec, key, { ...record, ...ends });
  }

  async #epoch(): Promise<string> {
    const { parts } = this.#engine;
    const { view } = parts;
    this.#check();
    if (view.point.epoch === '') await view.confirm(readBudget(parts));
    if (view.point.epoch !== '') return view.point.epoch;
    throw new CacheError(
      'NOT_READY',
      'the log has not answered yet: nobody could judge a snapshot',
    );
  }

  #check(): void {
    this.#request.signal?.throwIfAborted();
    if (this.#engine.closed) throw new CacheError('CLOSED', 'the cache is closed');
  }
}
