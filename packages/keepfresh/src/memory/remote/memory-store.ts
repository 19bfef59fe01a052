import { invalidArgument } from '../../core/errors.ts';
import { endsOnceExpired } from '../../core/policy/freshness.ts';
import { encodeRecord } from '../../core/policy/record-layout.ts';
import { decodeRecord } from '../../core/policy/record-view.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { StoredRecord, Token } from '../../core/ports/record.ts';
import {
  failureMs,
  type LeaseReply,
  type LeaseRequest,
  type LoadFailure,
  longestFailureText,
  type Store,
  type StoreLimits,
} from '../../core/ports/store.ts';
import { type Cell, type Lease, RecordTable } from './record-table.ts';

export interface MemoryStoreOptions {
  /** The clock of the store: its wall clock ends values, leases and failures. */
  readonly clock: Clock;
  /** Most keys held; the one written longest ago goes first. @default 1_000_000 */
  readonly maxRecords?: number;
  /** Most bytes held, estimated. @default 268_435_456 */
  readonly maxBytes?: number;
}

/** Everything a store kept at one moment. */
export type StoreImage = RecordTable;

/**
 * The shared level within one process: the reference implementation of the port `Store`, and what tests,
 * examples and several caches in one process share. Each method is one synchronous step.
 */
export class MemoryStore implements Store {
  readonly limits: StoreLimits;
  readonly #clock: Clock;
  #table: RecordTable;
  readonly #listeners = new Set<(key: string) => void>();

  constructor({ clock, maxRecords = 1_000_000, maxBytes = 2 ** 28 }: MemoryStoreOptions) {
    this.#clock = clock;
    this.#table = new RecordTable({ maxRecords, maxBytes });
    this.limits = {
      maxKeyBytes: 65_536,
      maxRecordBytes: Math.floor(maxBytes / 4),
      lifetimeGranularityMs: 1,
    };
  }

  /** How many keys are held, those included that have ended and were not looked at since. */
  get size(): number {
    return this.#table.size;
  }

  /** Estimated bytes of what is held. */
  get bytes(): number {
    return this.#table.bytes;
  }

  async read(key: string): Promise<StoredRecord | undefined> {
    const now = this.#clock.now();
    return recordOf(this.#table.find(key, now), now);
  }

  async readMany(keys: readonly string[]): Promise<readonly (StoredRecord | undefined)[]> {
    const now = this.#clock.now();
    return keys.map((key) => recordOf(this.#table.find(key, now), now));
  }

  async acquire(key: string, request: LeaseRequest): Promise<LeaseReply> {
    const now = this.#clock.now();
    const lease: Lease = {
      token: request.token,
      until: now + request.leaseMs,
      ms: request.leaseMs,
    };
    const cell = this.#table.find(key, now);
    if (cell === undefined) {
      this.#table.write(key, { lease, waited: false, endsAt: lease.until }, now);
      return { outcome: 'granted' };
    }
    if (cell.lease?.token !== request.token) {
      const refusal = refusalOf(cell, request, now);
      if (refusal !== undefined) return refusal;
    }
    take(cell, lease);
    return { outcome: 'granted' };
  }

  async fill(key: string, record: StoredRecord, lifetimeMs: number): Promise<boolean> {
    const bytes = this.#encode(record);
    const cell = this.#table.find(key, this.#clock.now());
    if (cell?.lease?.token !== record.token) return false;
    this.#store(key, record, bytes, lifetimeMs);
    return true;
  }

  async confirm(
    key: string,
    record: StoredRecord,
    lifetimeMs: number,
    same: Token,
  ): Promise<boolean> {
    const there = this.#table.find(key, this.#clock.now())?.value;
    if (there?.token !== same) return false;
    const { tags, payload } = decodeRecord(there.bytes)!;
    return this.fill(key, { ...record, tags, payload }, lifetimeMs);
  }

  async renew(key: string, token: Token, leaseMs: number): Promise<boolean> {
    const now = this.#clock.now();
    const cell = this.#table.find(key, now);
    if (cell?.lease?.token !== token) return false;
    take(cell, { token, until: now + leaseMs, ms: leaseMs });
    return true;
  }

  async release(key: string, token: Token, failure?: LoadFailure): Promise<boolean> {
    const now = this.#clock.now();
    const cell = this.#table.find(key, now);
    if (cell?.lease?.token !== token) return false;
    const value = valueOf(cell, now);
    const kept =
      failure === undefined
        ? failureOf(cell, now)
        : { token, until: now + failureMs, failure: cut(failure) };
    if (value === undefined && kept === undefined) this.#table.remove(key);
    else {
      const endsAt = Math.max(value?.endsAt ?? 0, kept?.until ?? 0);
      this.#table.write(key, { value, failure: kept, waited: false, endsAt }, now);
    }
    this.#wake(key, cell);
    return true;
  }

  async put(key: string, record: StoredRecord, lifetimeMs: number): Promise<boolean> {
    const bytes = this.#encode(record);
    const now = this.#clock.now();
    const value = valueOf(this.#table.find(key, now), now);
    if (value !== undefined && record.version > 0 && value.version > record.version) return false;
    this.#store(key, record, bytes, lifetimeMs);
    return true;
  }

  async invalidate(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#wake(key, this.#table.remove(key));
  }

  async discard(key: string, token: Token): Promise<boolean> {
    const now = this.#clock.now();
    const cell = this.#table.find(key, now);
    if (cell?.value?.token !== token) return false;
    const { lease, failure, waited } = cell;
    const endsAt = Math.max(lease?.until ?? 0, failure?.until ?? 0);
    if (endsAt > now) this.#table.write(key, { lease, failure, waited, endsAt }, now);
    else this.#wake(key, this.#table.remove(key));
    return true;
  }

  async expire(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#expire(key);
  }

  onWake(listener: (key: string) => void): () => void {
    const own = (key: string): void => listener(key);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** The keys held, those written longest ago first; for tests and inspection. */
  keys(): readonly string[] {
    return [...this.#table.keys()];
  }

  /** Fault: loses a key as an eviction does, without waking anybody. Tells whether it was there. */
  lose(key: string): boolean {
    return this.#table.remove(key) !== undefined;
  }

  /** Fault: loses everything, as `FLUSHALL` does. */
  flush(): void {
    this.#table.clear();
  }

  /** A copy of everything, as a replica or a file on disk would have it. */
  image(): StoreImage {
    return this.#table.copy();
  }

  /** Fault: goes back, or over, to an image, as a restart from disk or a failover does, without waking anybody. */
  restore(image: StoreImage): void {
    this.#table = image.copy();
  }

  #store(key: string, record: StoredRecord, bytes: Buffer, lifetimeMs: number): void {
    const now = this.#clock.now();
    const endsAt = now + Math.max(1, Math.ceil(lifetimeMs));
    const value = { token: record.token, version: record.version, bytes, endsAt };
    const before = this.#table.find(key, now);
    this.#table.write(key, { value, waited: false, endsAt }, now);
    this.#wake(key, before);
  }

  #expire(key: string): void {
    const now = this.#clock.now();
    const cell = this.#table.find(key, now);
    const value = valueOf(cell, now);
    if (value === undefined) this.#table.remove(key);
    else {
      const bytes = encodeRecord({ ...decodeRecord(value.bytes)!, ...endsOnceExpired });
      const kept = { value: { ...value, bytes }, failure: cell!.failure, endsAt: cell!.endsAt };
      this.#table.write(key, { ...kept, waited: false }, now);
    }
    this.#wake(key, cell);
  }

  #encode(record: StoredRecord): Buffer {
    const bytes = encodeRecord(record);
    if (bytes.length <= this.limits.maxRecordBytes) return bytes;
    const allowed = `at most ${this.limits.maxRecordBytes} bytes`;
    throw invalidArgument('record', allowed, `${bytes.length} bytes`);
  }

  /** Later, as a message would come: no listener runs within somebody's command. */
  #wake(key: string, cell: Cell | undefined): void {
    if (cell?.waited !== true) return;
    queueMicrotask(() => {
      for (const listener of [...this.#listeners]) listener(key);
    });
  }
}

/** Why `request` does not get the lease of this cell; undefined when it does. Notes that it will wait. */
function refusalOf(cell: Cell, request: LeaseRequest, now: number): LeaseReply | undefined {
  const value = valueOf(cell, now);
  if (value !== undefined && value.token !== request.seen) {
    return { outcome: 'value', record: recordOf(cell, now)! };
  }
  const kept = failureOf(cell, now);
  if (kept !== undefined && kept.token === request.awaited) {
    return { outcome: 'failed', failure: kept.failure };
  }
  const left = remainingOf(cell.lease, now);
  if (left <= 0) return undefined;
  if (request.wait) cell.waited = true;
  return { outcome: 'leased', holder: cell.lease!.token, remainingMs: left };
}

/** Puts the lease in place; the key lives at least as long, the value only to its own end. */
function take(cell: Cell, lease: Lease): void {
  cell.lease = lease;
  cell.endsAt = Math.max(cell.endsAt, lease.until);
}

/** Milliseconds for which the lease excludes others, 0 or less when it does not. */
function remainingOf(lease: Lease | undefined, now: number): number {
  if (lease === undefined) return 0;
  const left = lease.until - now;
  return left > lease.ms ? 0 : left;
}

function valueOf(cell: Cell | undefined, now: number): Cell['value'] {
  return cell?.value !== undefined && cell.value.endsAt > now ? cell.value : undefined;
}

function failureOf(cell: Cell, now: number): Cell['failure'] {
  return cell.failure !== undefined && cell.failure.until > now ? cell.failure : undefined;
}

/** Read from a copy, so that nobody can change what is stored. */
function recordOf(cell: Cell | undefined, now: number): StoredRecord | undefined {
  const value = valueOf(cell, now);
  return value && decodeRecord(Buffer.from(value.bytes));
}

function cut({ name, message, code }: LoadFailure): LoadFailure {
  return {
    name: name.slice(0, longestFailureText),
    message: message.slice(0, longestFailureText),
    ...(code === undefined ? {} : { code: code.slice(0, longestFailureText) }),
  };
}
