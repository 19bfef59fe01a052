import { CacheError, messageOf } from '../errors.ts';
import { formatDuration } from '../policy/duration.ts';
import type { RemoteConnection } from '../ports/remote.ts';
import { Budget } from './time/budget.ts';
import { pause } from './time/pause.ts';
import type { EngineParts } from './engine-parts.ts';
import { Fetcher } from './reads/fetcher.ts';
import { Invalidator } from './invalidations/invalidator.ts';
import { Judge } from './judge.ts';
import { Keeper } from './memory/keeper.ts';
import { LocalLogView } from './coherence/local-log-view.ts';
import { LocalWriter } from './writes/local-writer.ts';
import { LookUps } from './reads/look-ups.ts';
import { Mutator } from './invalidations/mutator.ts';
import { Reader } from './reads/reader.ts';
import { Sweeper } from './memory/sweeper.ts';
import { Trimmer } from './memory/trimmer.ts';
import { PendingFirst, type Reads } from './write-behind/pending-first.ts';
import { PendingWrites } from './write-behind/pending-writes.ts';
import { WriteThrough } from './writes/write-through.ts';
import { Writer } from './writes/writer.ts';

const closeTimeoutMs = 1_000;

/** The algorithms of one cache, put together. Every view of the cache (its namespaces) shares one. */
export class Engine {
  readonly parts: EngineParts;
  readonly judge: Judge;
  readonly keeper: Keeper;
  /** With what is written behind in front of them, once there is a queue. */
  lookUps: Reads['lookUps'];
  reader: Reads['reader'];
  readonly writer: Writer;
  /** Sets values as of now; absent with a remote. */
  readonly localWriter: LocalWriter | undefined;
  readonly writeThrough: WriteThrough;
  readonly invalidator: Invalidator;
  readonly mutator: Mutator;
  readonly sweeper: Sweeper;
  readonly trimmer: Trimmer;
  readonly remote: RemoteConnection | undefined;
  /** Values that their sources do not have yet; absent until there is a queue of them. */
  pendingWrites: PendingWrites | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: EngineParts, options: { readonly remote: RemoteConnection | undefined }) {
    const { clock, view, random, limits } = parts;
    this.parts = parts;
    this.remote = options.remote;
    this.judge = new Judge(parts);
    this.trimmer = new Trimmer(parts);
    this.sweeper = new Sweeper({
      clock,
      memory: parts.memory,
      judge: this.judge,
      seq: () => view.table.seq,
    });
    const keeper = new Keeper(parts);
    this.keeper = keeper;
    const fetcher = parts.far && new Fetcher(parts, parts.far, this.judge, keeper);
    const lookUps = new LookUps(parts, { judge: this.judge, fetcher });
    this.lookUps = lookUps;
    this.reader = new Reader(parts, { judge: this.judge, keeper, fetcher, lookUps });
    const alone = options.remote === undefined && view instanceof LocalLogView ? view : undefined;
    this.invalidator = invalidatorOf(parts, options.remote, alone);
    const { invalidator } = this;
    this.writer = new Writer(parts, { invalidator, store: options.remote?.store });
    this.localWriter = alone && new LocalWriter(parts, alone);
    this.mutator = new Mutator({ clock, random, view, invalidator, limits });
    const { mutator, writer } = this;
    this.writeThrough = new WriteThrough({ report: parts.report, mutator, writer });
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /** From the first queue on, reads look at what it has not written yet. */
  writeBehind(): PendingWrites {
    if (this.pendingWrites !== undefined) return this.pendingWrites;
    const { parts, judge, reader, lookUps } = this;
    const writes = new PendingWrites(parts, judge);
    const first = new PendingFirst(parts, { judge, writes, reader, lookUps });
    this.reader = first;
    this.lookUps = first;
    this.pendingWrites = writes;
    return writes;
  }

  /** Resolves when the remote answers and this process hears of invalidations. */
  async ready(withinMs: number): Promise<void> {
    if (this.remote === undefined) return;
    const { clock, view } = this.parts;
    const budget = new Budget(clock, withinMs);
    try {
      await budget.within('connecting', this.remote.ready());
      while (!(await view.confirm(budget))) await budget.within('beat', pause(clock, 20));
    } catch (late) {
      const cause = await this.#whyAway(this.remote, late);
      const message = `the remote was not ready within ${formatDuration(withinMs)}: ${messageOf(cause)}`;
      throw new CacheError('NOT_READY', message, { cause });
    }
  }

  /** Why the remote cannot be used, if it says so at once: that it was late says less. */
  #whyAway(remote: RemoteConnection, late: unknown): Promise<unknown> {
    const answer = remote.ping().then(
      () => late,
      (cause: unknown) => cause,
    );
    return Promise.race([answer, pause(this.parts.clock, 20).then(() => late)]);
  }

  /**
   * Sends what is written behind; then ends loads, mutations, timers and connections, all within a second. Safe to
   * repeat.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { clock, view, memory, wakes, far, audit, removalAudit } = this.parts;
    if (this.pendingWrites !== undefined) await this.pendingWrites.close();
    this.reader.close(new CacheError('CLOSED', 'the cache was closed'));
    wakes?.close();
    removalAudit?.close();
    this.sweeper.close();
    this.trimmer.close();
    memory.clear();
    const budget = new Budget(clock, closeTimeoutMs);
    await budget.within('invalidations', this.invalidator.close()).catch(() => {});
    await budget.within('fills', far?.close() ?? Promise.resolve()).catch(() => {});
    await budget.within('audit', audit?.close() ?? Promise.resolve()).catch(() => {});
    // Those whose functions end in time need not leave their holds behind.
    await budget.within('mutations', this.mutator.idle()).catch(() => {});
    await budget.within('leave', view.close()).catch(() => {});
    if (this.remote !== undefined) {
      await budget.within('close', this.remote.close()).catch(() => {});
    }
  }
}

function invalidatorOf(
  { clock, view, limits, removalAudit, report }: EngineParts,
  remote: RemoteConnection | undefined,
  alone: LocalLogView | undefined,
): Invalidator {
  return new Invalidator({
    ...{ clock, view, alone, report },
    store: remote?.store,
    audit: removalAudit,
    inOrder: remote?.inOrder,
    connected: remote?.ready(),
    get timeoutMs() {
      return limits.invalidateMs;
    },
  });
}
