import { CacheError } from '../../core/errors.ts';
import { encodeRecord, headerBytes } from '../../core/policy/record-layout.ts';
import { RecordView } from '../../core/policy/record-view.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { StoredRecord, Token } from '../../core/ports/record.ts';
import {
  failureMs,
  latePutMs,
  type LeaseReply,
  type LeaseRequest,
  type LoadFailure,
  type Store,
  type StoreLimits,
} from '../../core/ports/store.ts';
import { systemClock } from '../../core/system-clock.ts';
import { failureFromJson, failureToJson } from './failure-json.ts';
import type { RedisClient } from '../deployments/redis-client.ts';
import {
  acquireLua,
  confirmLua,
  discardLua,
  expireLua,
  fillLua,
  invalidateLua,
  putLua,
  releaseLua,
  renewLua,
} from '../scripts/scripts.ts';

const nothing = Buffer.alloc(0);

/**
 * Records in Redis: one string per key, named `<name>:<key>`. A read is one GET, or its share of the
 * MGET of all that begin together; everything else is one script on that one key, so any key may live on any node.
 */
export class RedisStore implements Store {
  readonly limits: StoreLimits = {
    maxKeyBytes: 65_536,
    maxRecordBytes: 512 * 1024 * 1024 - 1,
    lifetimeGranularityMs: 1,
  };
  readonly #client: RedisClient;
  readonly #clock: Clock;
  readonly #prefix: string;
  readonly #wakeChannel: string;
  readonly #wakeListeners = new Set<(key: string) => void>();
  #listening = false;

  constructor(client: RedisClient, name: string, options: { readonly clock?: Clock } = {}) {
    this.#client = client;
    this.#clock = options.clock ?? systemClock;
    this.#prefix = `${name}:`;
    this.#wakeChannel = `{${name}}:wake`;
  }

  read(key: string): Promise<StoredRecord | undefined> {
    return this.#client.get(this.#prefix + key).then((bytes) => this.#value(key, bytes));
  }

  async readMany(keys: readonly string[]): Promise<readonly (StoredRecord | undefined)[]> {
    const replies = await this.#client.getMany(keys.map((key) => this.#prefix + key));
    return replies.map((bytes, n) => this.#value(keys[n]!, bytes));
  }

  async acquire(key: string, request: LeaseRequest): Promise<LeaseReply> {
    return this.#acquire(key, request, bytesOf(request.seen));
  }

  async fill(key: string, record: StoredRecord, lifetimeMs: number): Promise<boolean> {
    return this.#run(fillLua, key, [encodeRecord(record), whole(lifetimeMs)]);
  }

  async confirm(
    key: string,
    record: StoredRecord,
    lifetimeMs: number,
    same: Token,
  ): Promise<boolean> {
    const header = encodeRecord(record).subarray(0, headerBytes);
    const seen = Buffer.from(same, 'hex');
    return this.#run(confirmLua, key, [header, whole(lifetimeMs), seen]);
  }

  async renew(key: string, token: Token, leaseMs: number): Promise<boolean> {
    return this.#run(renewLua, key, [bytesOf(token), whole(leaseMs)]);
  }

  async release(key: string, token: Token, failure?: LoadFailure): Promise<boolean> {
    const text = failure === undefined ? '' : failureToJson(failure);
    return this.#run(releaseLua, key, [bytesOf(token), text, String(failureMs)]);
  }

  /** Tried again where the server has found it late by its clock, and so little time has passed here: one was set. */
  async put(key: string, record: StoredRecord, lifetimeMs: number): Promise<boolean> {
    const name = this.#prefix + key;
    const args = [encodeRecord(record), whole(lifetimeMs)];
    const calledAt = this.#clock.monotonic();
    let serverNow = this.#client.serverNow(name);
    for (let attempt = 1; attempt <= 2; attempt++) {
      if (this.#clock.monotonic() - calledAt > latePutMs) break;
      const until = whole(serverNow + latePutMs);
      const reply = await this.#client.run(putLua, [name], [...args, until]);
      if (!Array.isArray(reply)) return reply === 1;
      serverNow = reply[0] as number;
    }
    throw new CacheError('REMOTE_TIMEOUT', 'The value came to Redis too late to be stored.');
  }

  async invalidate(keys: readonly string[]): Promise<void> {
    await Promise.all(keys.map((key) => this.#run(invalidateLua, key, [])));
  }

  async discard(key: string, token: Token): Promise<boolean> {
    return this.#run(discardLua, key, [bytesOf(token)]);
  }

  async expire(keys: readonly string[]): Promise<void> {
    await Promise.all(keys.map((key) => this.#run(expireLua, key, [])));
  }

  onWake(listener: (key: string) => void): () => void {
    this.#wakeListeners.add(listener);
    return () => this.#wakeListeners.delete(listener);
  }

  async #acquire(key: string, request: LeaseRequest, seen: Buffer): Promise<LeaseReply> {
    const reply = await this.#client.run(
      acquireLua,
      [this.#prefix + key],
      [
        bytesOf(request.token),
        whole(request.leaseMs),
        seen,
        bytesOf(request.awaited),
        request.wait ? '1' : '0',
      ],
    );
    const [outcome, first, second] = reply as [number, Buffer, number];
    if (outcome === 0) return { outcome: 'granted' };
    if (outcome === 1) return this.#valueReply(key, request, seen, first);
    if (outcome === 3) return { outcome: 'failed', failure: failureFromJson(String(first)) };
    if (request.wait) this.#listen();
    return { outcome: 'leased', holder: first.toString('hex'), remainingMs: second };
  }

  /** A value that is broken counts as seen: its key can be leased. */
  #valueReply(
    key: string,
    request: LeaseRequest,
    seen: Buffer,
    bytes: Buffer,
  ): LeaseReply | Promise<LeaseReply> {
    const record = RecordView.of(bytes);
    if (record !== undefined) return { outcome: 'value', record };
    const broken = bytes.subarray(8, 24);
    if (broken.equals(seen)) return { outcome: 'granted' };
    return this.#acquire(key, request, broken);
  }

  #value(key: string, bytes: Buffer | null | undefined): StoredRecord | undefined {
    const record = bytes ? RecordView.of(bytes) : undefined;
    if (record === undefined) return undefined;
    const end = record.valueEnd;
    return end === 0 || end > this.#client.serverNow(this.#prefix + key) ? record : undefined;
  }

  async #run(
    script: Parameters<RedisClient['run']>[0],
    key: string,
    args: readonly (string | Buffer)[],
  ): Promise<boolean> {
    return (await this.#client.run(script, [this.#prefix + key], args)) === 1;
  }

  /** The first who waits opens the subscription; until then nobody could be woken. */
  #listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    this.#client.subscribe(this.#wakeChannel, (dataKey) => {
      const key = dataKey.slice(this.#prefix.length);
      for (const listener of this.#wakeListeners) listener(key);
    });
  }
}

function bytesOf(token: Token | undefined): Buffer {
  return token === undefined ? nothing : Buffer.from(token, 'hex');
}

/** Redis takes whole milliseconds, at least one. */
function whole(ms: number): string {
  return String(Math.max(1, Math.ceil(ms)));
}
