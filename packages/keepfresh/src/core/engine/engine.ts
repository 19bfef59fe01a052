import { CacheError } from '../errors.ts';
import type { RemoteConnection } from '../ports/remote.ts';
import { Budget } from './budget.ts';
import type { EngineParts } from './engine-parts.ts';
import { Fetcher } from './fetcher.ts';
import { Invalidator } from './invalidator.ts';
import { Judge } from './judge.ts';
import { Keeper } from './keeper.ts';
import { LookUps } from './look-ups.ts';
import { Mutator } from './mutator.ts';
import { Reader } from './reader.ts';
import { Sweeper } from './sweeper.ts';
import { Trimmer } from './trimmer.ts';
import { WriteThrough } from './write-through.ts';
import { Writer } from './writer.ts';

const closeTimeoutMs = 1_000;

/** The algorithms of one cache, put together. Every view of the cache (its namespaces) shares one. */
export class Engine {
  readonly parts: EngineParts;
  readonly judge: Judge;
  readonly lookUps: LookUps;
  readonly reader: Reader;
  readonly writer: Writer;
  readonly writeThrough: WriteThrough;
  readonly invalidator: Invalidator;
  readonly mutator: Mutator;
  readonly sweeper: Sweeper;
  readonly trimmer: Trimmer;
  readonly remote: RemoteConnection | undefined;
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
    const fetcher = parts.far && new Fetcher(parts, parts.far, this.judge, keeper);
    this.lookUps = new LookUps(parts, { judge: this.judge, fetcher });
    this.reader = new Reader(parts, {
      judge: this.judge,
      keeper,
      fetcher,
      lookUps: this.lookUps,
    });
    this.invalidator = new Invalidator({
      clock,
      view,
      store: options.remote?.store,
      audit: parts.removalAudit,
      inOrder: options.remote?.inOrder,
      connected: options.remote?.ready(),
      get timeoutMs() {
        return limits.invalidateMs;
      },
      report: parts.report,
    });
    this.writer = new Writer(parts, {
      invalidator: this.invalidator,
      store: options.remote?.store,
    });
    this.mutator = new Mutator({
      clock,
      random,
      view,
      invalidator: this.invalidator,
      limits,
    });
    const { mutator, writer } = this;
    this.writeThrough = new WriteThrough({ report: parts.report, mutator, writer });
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /** Resolves when the remote answers and this process hears of invalidations. */
  async ready(withinMs: number): Promise<void> {
    if (this.remote === undefined) return;
    const { clock, view } = this.parts;
    const budget = new Budget(clock, withinMs);
    try {
      await budget.within('connecting', this.remote.ready());
      while (!(await view.confirm(budget))) await budget.within('beat', this.#pause());
    } catch (cause) {
      const message = `the remote was not ready within ${withinMs} ms`;
      throw new CacheError('NOT_READY', message, { cause });
    }
  }

  /** Ends loads, timers and connections; at most a second. Safe to repeat. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { clock, view, memory, wakes, far, audit, removalAudit } = this.parts;
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
    await budget.within('leave', view.close()).catch(() => {});
    if (this.remote !== undefined) {
      await budget.within('close', this.remote.close()).catch(() => {});
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.parts.clock.schedule(20, resolve);
    });
  }
}
