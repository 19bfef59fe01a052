import { CacheError, messageOf } from '../../errors.ts';
import { type QueuedWrite, WriteQueue } from '../../policy/write-queue.ts';
import type { Cancel } from '../../ports/clock.ts';
import { Budget } from '../time/budget.ts';
import { unlessAborted } from '../time/unless-aborted.ts';
import type { EngineParts } from '../engine-parts.ts';
import type { WriteThrough } from '../writes/write-through.ts';
import type { Writer } from '../writes/writer.ts';
import type { WriteRequest, Written } from '../writes/written.ts';
import type { PendingWrite } from './pending-write.ts';
import type { PendingWrites } from './pending-writes.ts';

/** Times are milliseconds. */
export interface WriteBehindQueueLimits {
  /** How long a write waits for others. */
  readonly delayMs: number;
  /** Most writes that are sent to the source at once. */
  readonly batch: number;
  /** Most keys with a write that the source does not have yet. */
  readonly maxPending: number;
  /** How often a write is tried. */
  readonly attempts: number;
  /** The pause after the first failure; each is twice the one before, up to a hundred times the first. */
  readonly backOffMs: number;
  /** Longest time the source takes for one batch. */
  readonly timeoutMs: number;
  /** Longest time the last writes take when the cache closes. */
  readonly closeMs: number;
}

export interface WriteBehindQueueOptions {
  readonly limits: WriteBehindQueueLimits;
  readonly pending: PendingWrites;
  readonly writer: Writer;
  readonly writeThrough: WriteThrough;
  /** Brings values to the source; an `Error` in the place of a write is the failure of that one. */
  readonly send: (
    writes: readonly BehindWrite[],
    signal: AbortSignal,
  ) => Promise<readonly unknown[]>;
}

/** One write on its way to the source. */
export interface BehindWrite {
  readonly key: string;
  readonly value: unknown;
  /** 1 the first time. */
  readonly attempt: number;
}

type Sent = QueuedWrite<PendingWrite>;

/**
 * One queue of writes that come to their source a little later, the newest of each key, several at once: each batch is
 * written through. What fails is tried again after growing pauses, and given up in the end, which is told.
 */
export class WriteBehindQueue {
  readonly #parts: EngineParts;
  readonly #options: WriteBehindQueueOptions;
  readonly #queue: WriteQueue<PendingWrite>;
  readonly #closed = new AbortController();
  #count = 0;
  #isRunning = false;
  #cancel: Cancel = () => {};
  /** When the timer is due; Infinity without one. */
  #wakesAt = Number.POSITIVE_INFINITY;

  constructor(parts: EngineParts, options: WriteBehindQueueOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#queue = new WriteQueue({ maxKeys: options.limits.maxPending });
    options.pending.addOwner(this);
  }

  /** How many keys have a write that the source does not have yet. */
  get size(): number {
    return this.#queue.size;
  }

  newest(key: string): PendingWrite | undefined {
    return this.#queue.newest(key);
  }

  /** From here on reads of the key are answered with the value. Throws ENCODE_FAILED, and OVERLOADED when it is full. */
  put(request: WriteRequest): void {
    const { pending, writer, limits } = this.#options;
    const { key, value } = request;
    const prepared = writer.prepare(request, writer.draft());
    if (this.#closed.signal.aborted) throw closed();
    if (this.#queue.size >= limits.maxPending && this.newest(key) === undefined) throw full(limits);
    pending.begin(key, this);
    const write = this.#pendingOf(value, writer.redate(prepared), this.#ownToken(key));
    const dueAt = this.#now() + limits.delayMs;
    this.#queue.put(key, write, dueAt);
    // Looking for the next due write each time would take longer the more of them wait.
    if (dueAt < this.#wakesAt) this.#schedule();
  }

  hurry(key?: string): void {
    this.#queue.hurry(key);
    this.#work();
  }

  /** Resolves when all that is pending now has come to its end. */
  async flush(): Promise<void> {
    await this.#options.pending.ended(this.#queue.keys());
  }

  async close(): Promise<void> {
    const { closeMs } = this.#options.limits;
    this.hurry();
    const budget = new Budget(this.#parts.clock, closeMs);
    await budget.within('write', this.flush()).catch(() => {});
    this.#cancel();
    this.#closed.abort(closed());
    for (const { key, value, attempts } of this.#queue.clear()) {
      this.#giveUp({ key, value, attempts }, closed());
    }
  }

  #pendingOf(value: unknown, written: Written, spared?: string): PendingWrite {
    const { key, draft, record } = written;
    const tags = this.#parts.view.table.internAll(record.tags);
    return { key, value, written, tags, spared: spared ?? draft.token, number: ++this.#count };
  }

  /** Of what its own queue has made of the key last. */
  #ownToken(key: string): string | undefined {
    return this.#queue.flying(key)?.written.draft.token ?? this.#queue.waiting(key)?.spared;
  }

  #now(): number {
    return this.#parts.clock.monotonic();
  }

  #schedule(): void {
    this.#cancel();
    const next = this.#isRunning ? undefined : this.#queue.nextDueAt();
    this.#wakesAt = next ?? Number.POSITIVE_INFINITY;
    if (next === undefined || this.#closed.signal.aborted) return;
    const inMs = Math.max(0, next - this.#now());
    this.#cancel = this.#parts.clock.schedule(inMs, () => this.#work(), 'awaited');
  }

  #work(): void {
    if (this.#isRunning || this.#closed.signal.aborted) return;
    this.#isRunning = true;
    void this.#sendDue().finally(() => {
      this.#isRunning = false;
      this.#schedule();
    });
  }

  /** Never rejects. */
  async #sendDue(): Promise<void> {
    const { batch } = this.#options.limits;
    for (;;) {
      const taken = this.#queue.take(this.#now(), batch);
      if (taken.length === 0) return;
      await this.#send(taken);
      if (this.#closed.signal.aborted) return;
    }
  }

  /** Writes a batch through; a write is dated anew unless something covered it since it came. */
  async #send(batch: readonly Sent[]): Promise<void> {
    const { pending, writer, writeThrough, limits } = this.#options;
    const written = batch.map(({ value }) => {
      if (!pending.isCovered(value)) value.written = writer.redate(value.written);
      value.spared = value.written.draft.token;
      return value.written;
    });
    let results: readonly unknown[] = [];
    let failure: Error | undefined;
    try {
      await writeThrough.run({
        keys: batch.map(({ key }) => key),
        drafts: written.map(({ draft }) => draft),
        run: async (signal) => {
          results = await this.#call(batch, signal);
        },
        writtenOf: (n) => (this.#isToBeKept(batch[n]!, results[n]) ? written[n] : undefined),
        ...{ isUnwritten: true, timeoutMs: limits.timeoutMs, markerRequired: false },
      });
    } catch (error) {
      failure = error instanceof Error ? error : new Error(messageOf(error));
    }
    for (const [n, write] of batch.entries()) this.#land(write, failure ?? results[n]);
  }

  #isToBeKept({ key }: Sent, result: unknown): boolean {
    return !(result instanceof Error) && this.#queue.waiting(key) === undefined;
  }

  /** What takes too long, or longer than the cache lives, counts as failed. */
  #call(batch: readonly Sent[], given: AbortSignal): Promise<readonly unknown[]> {
    const signal = AbortSignal.any([given, this.#closed.signal]);
    const writes = batch.map(({ key, value, attempts }) => {
      return { key, value: value.value, attempt: attempts + 1 };
    });
    return unlessAborted(this.#options.send(writes, signal), signal);
  }

  #land(write: Sent, result: unknown): void {
    if (this.#closed.signal.aborted) return;
    const { key, value } = write;
    const { pending, limits } = this.#options;
    if (!(result instanceof Error)) {
      return pending.settle(key, value.number, this.#queue.done(write));
    }
    const pauseMs = this.#pauseMs(write.attempts);
    const dueAt = this.#now() + pauseMs;
    const failed = this.#queue.failed(write, { dueAt, most: limits.attempts });
    if (failed === 'lost') return this.#giveUp(write, result);
    const attempt = write.attempts + 1;
    this.#parts.report('write.failed', () => ({ key, attempt, error: result, pauseMs }));
    if (failed === 'replaced') pending.settle(key, value.number, false);
  }

  #giveUp({ key, value }: Sent, error: unknown): void {
    const { pending } = this.#options;
    pending.lost++;
    this.#parts.report('write.lost', () => ({ key, error }));
    pending.settle(key, value.number, true);
  }

  /** Half of it is chance, so that several processes do not try together. */
  #pauseMs(attempts: number): number {
    const { backOffMs } = this.#options.limits;
    const longest = backOffMs * Math.min(2 ** attempts, 100);
    return (longest * (1 + this.#parts.random.fraction())) / 2;
  }
}

function closed(): CacheError {
  return new CacheError('CLOSED', 'the cache was closed before the source had the write');
}

function full({ maxPending }: WriteBehindQueueLimits): CacheError {
  return new CacheError('OVERLOADED', `${maxPending} writes wait for their source already`);
}
