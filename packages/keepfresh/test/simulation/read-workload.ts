import type { LoadContext } from '../../src/core/engine/loads/loader.ts';
import type { EntryOptions } from '../../src/core/options.ts';
import type { Actor } from './actor.ts';
import { failureOfLoad } from './failed-load.ts';
import type { Load, Read } from './history.ts';
import { isUnchanged } from './is-unchanged.ts';
import type { Observer } from './observer.ts';
import type { ReadThrough } from './plan.ts';
import { tagsOf } from './tags-of.ts';

interface Value {
  readonly key: string;
  readonly load: number;
}

/** What the application in a simulated process reads through its cache, and how it loads that from the source. */
export class ReadWorkload<P extends Actor> {
  readonly #observer: Observer;
  readonly #boundMs: number;

  /** No read may take longer than `boundMs`. */
  constructor(observer: Observer, boundMs: number) {
    this.#observer = observer;
    this.#boundMs = boundMs;
  }

  async getOrSet(process: P, action: ReadThrough): Promise<Value | undefined> {
    const { key, fresh = false, leavesAfterMs } = action;
    const read = this.#read(process, 'getOrSet', key, fresh);
    const signal = leavesAfterMs === undefined ? undefined : leave(process, leavesAfterMs);
    try {
      const value = await process.cache.getOrSet(
        key,
        (context) => this.#load(process, action, context),
        { ...(fresh && { fresh }), ...(signal && { signal }), tags: () => [] } as EntryOptions,
      );
      this.#observer.readEnds(read, value);
      return value as Value;
    } catch (error) {
      this.#observer.readFails(read, error);
      return undefined;
    }
  }

  /** The loader: it reads the source of truth in the moment in which it is called. */
  async #load(
    process: P,
    { key, loadMs, fails, confirms, builtFrom = [] }: ReadThrough,
    context: LoadContext,
  ): Promise<Value> {
    const parts: number[] = [];
    const load = this.#observer.loadStarts({
      key,
      process: process.name,
      tags: [],
      bySet: false,
      parts,
    });
    const before = context.stale as Value | undefined;
    const isSame =
      confirms === true &&
      builtFrom.length === 0 &&
      before?.key === key &&
      load.id % 3 > 0 &&
      isUnchanged(this.#observer.history, before.load);
    const tags = new Set(tagsOf(key, load.id));
    for (const inner of builtFrom) {
      const value = await this.getOrSet(process, { kind: 'getOrSet', key: inner, loadMs });
      if (value === undefined) return this.#failLoad(load);
      parts.push(value.load);
      for (const tag of this.#observer.history.loads[value.load]!.tags) tags.add(tag);
    }
    if (loadMs > 0) await process.sleep(loadMs);
    if (fails === true) {
      load.tags = [...tags];
      context.addTags(...load.tags);
      return this.#failLoad(load);
    }
    if (isSame) {
      load.tags = this.#observer.history.loads[before.load]!.tags;
      this.#observer.loadEnds(load, 'confirmed');
      return context.notModified();
    }
    load.tags = [...tags];
    context.addTags(...load.tags);
    this.#observer.loadEnds(load, 'loaded');
    return { key, load: load.id };
  }

  #failLoad(load: Load): never {
    this.#observer.loadEnds(load, 'failed');
    throw failureOfLoad(load.id);
  }

  async lookUp(
    process: P,
    action: { readonly kind: 'get' | 'has'; readonly key: string; readonly fresh?: boolean },
  ): Promise<void> {
    const { kind, key, fresh = false } = action;
    const read = this.#read(process, kind, key, kind === 'get' && fresh);
    try {
      if (kind === 'get') {
        this.#observer.readEnds(read, await process.cache.get(key, { fresh }));
      } else {
        await process.cache.has(key);
        this.#observer.readEnds(read, undefined);
      }
    } catch (error) {
      this.#observer.readFails(read, error);
    }
  }

  peek(process: P, key: string): void {
    const read = this.#read(process, 'peek', key, false);
    this.#observer.readEnds(read, process.cache.peek(key));
  }

  async refresh(
    process: P,
    { key, loadMs }: { readonly key: string; readonly loadMs: number },
  ): Promise<void> {
    const read = this.#read(process, 'refresh', key, false);
    try {
      let load: Load | undefined;
      const wrapped = process.cache.wrap(
        async () => {
          load = this.#observer.loadStarts({ key, process: process.name, tags: [], bySet: false });
          load.tags = tagsOf(key, load.id);
          await process.sleep(loadMs);
          this.#observer.loadEnds(load, 'loaded');
          return { key, load: load.id };
        },
        { key: () => key, tags: (value: Value) => tagsOf(key, value.load) },
      );
      this.#observer.readEnds(read, await wrapped.refresh());
    } catch (error) {
      this.#observer.readFails(read, error);
    }
  }

  #read(process: P, call: Read['call'], key: string, fresh: boolean): Read {
    const { name, maxLagMs } = process;
    const read = { process: name, call, key, fresh, maxLagMs, boundMs: this.#boundMs };
    return this.#observer.readStarts(read);
  }
}

function leave(process: Actor, afterMs: number): AbortSignal {
  const controller = new AbortController();
  process.later(afterMs, () => controller.abort());
  return controller.signal;
}
