import type { Actor } from './actor.ts';
import type { ConfigurationPatch } from '../../src/core/configuration/configuration.ts';
import type { LoadContext } from '../../src/core/engine/entry-policy.ts';
import type { EntryOptions } from '../../src/core/options.ts';
import { BehindWorkload } from './behind-workload.ts';
import { coverage } from './coverage.ts';
import type { Coverage, Invalidation, Load, Read } from './history.ts';
import { isUnchanged } from './is-unchanged.ts';
import { longestCallMs, mutationTimeoutMs } from './limits.ts';
import type { Observer } from './observer.ts';
import type { Action, Mutation, ReadThrough } from './plan.ts';
import { SnapshotWorkload } from './snapshot-workload.ts';
import { tagsOf } from './tags-of.ts';
import { WriteWorkload } from './write-workload.ts';

interface Value {
  readonly key: string;
  readonly load: number;
}

/** A process without a memory has none to give other bounds. */
function configure({ cache }: Actor, { memory, ...patch }: ConfigurationPatch): void {
  const isHeld = cache.configuration().memory !== false;
  cache.configure(isHeld && memory !== undefined ? { ...patch, memory } : patch);
}

/** What the application in a simulated process does with its cache, and with the source of truth. */
export class Workload<P extends Actor = Actor> {
  readonly #observer: Observer;
  /** Called when a process has to end in the middle of a mutation. */
  readonly #kill: (process: P) => void;
  readonly #writes: WriteWorkload<P>;
  readonly #boundMs: number;
  readonly #behind: BehindWorkload<P>;
  readonly #snapshots = new SnapshotWorkload<P>();

  /** No read may take longer than `boundMs`. */
  constructor(observer: Observer, kill: (process: P) => void, boundMs: number = longestCallMs) {
    this.#observer = observer;
    this.#kill = kill;
    this.#writes = new WriteWorkload(observer, kill);
    this.#boundMs = boundMs;
    this.#behind = new BehindWorkload(observer);
  }

  /** Never rejects: what comes of the action stands in the history. */
  async perform(process: P, action: Action): Promise<void> {
    if (!process.alive) return;
    switch (action.kind) {
      case 'getOrSet':
        return void (await this.#getOrSet(process, action));
      case 'get':
      case 'has':
        return this.#lookUp(process, action);
      case 'peek':
        return this.#peek(process, action.key);
      case 'refresh':
        return this.#refresh(process, action);
      case 'set':
        return this.#set(process, action);
      case 'write':
        return this.#writes.write(process, action);
      case 'behind':
        return this.#behind.write(process, action);
      case 'export':
        return this.#snapshots.write(process);
      case 'import':
        return this.#snapshots.read(process);
      case 'invalidate':
        return this.#invalidate(process, action);
      case 'expire':
        return this.#expire(process, action);
      case 'mutate':
        return this.#mutate(process, action);
      case 'configure':
        return configure(process, action.patch);
      case 'sequence':
        for (const each of action.actions) await this.perform(process, each);
        return;
      case 'together':
        await Promise.all(action.actions.map((each) => this.perform(process, each)));
    }
  }

  async #getOrSet(process: P, action: ReadThrough): Promise<Value | undefined> {
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
      const value = await this.#getOrSet(process, { kind: 'getOrSet', key: inner, loadMs });
      if (value === undefined) return this.#failLoad(load);
      parts.push(value.load);
      for (const tag of this.#observer.history.loads[value.load]!.tags) tags.add(tag);
    }
    if (loadMs > 0) await process.sleep(loadMs);
    if (fails === true) return this.#failLoad(load);
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
    throw new Error('the source failed');
  }

  async #lookUp(
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

  #peek(process: P, key: string): void {
    const read = this.#read(process, 'peek', key, false);
    this.#observer.readEnds(read, process.cache.peek(key));
  }

  async #refresh(
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

  async #set(
    process: P,
    { key, queue, versioned }: Extract<Action, { readonly kind: 'set' }>,
  ): Promise<void> {
    const load = this.#observer.loadStarts({ key, process: process.name, tags: [], bySet: true });
    load.tags = tagsOf(key, load.id);
    this.#observer.loadEnds(load, 'loaded');
    const covers = coverage({ keys: [key] });
    const own = this.#invalidation(process, 'set', covers, {
      except: load.id,
      ...(versioned === true && { versioned }),
      waits: process.cache.stats().pendingWrites > 0,
    });
    const unlisten = process.cache.on('refused', (refused) => {
      if (refused.key === key && refused.reason === 'older') {
        this.#observer.invalidationEnds(own, 'refused');
      }
    });
    await this.#settle(own, () =>
      process.cache.set(
        key,
        { key, load: load.id },
        {
          tags: load.tags,
          ...(queue === true && { queue }),
          ...(versioned === true && { version: load.start.tick + 1 }),
        },
      ),
    );
    unlisten();
  }

  async #invalidate(
    process: P,
    action: Extract<Action, { readonly kind: 'invalidate' }>,
  ): Promise<void> {
    const { keys, tags, pattern, everything, mode, settleMs = 0 } = action;
    const strict = mode === 'strict';
    const options = {
      ...(mode !== undefined && { [mode]: true }),
      ...(settleMs > 0 && { settle: settleMs }),
    };
    const own = this.#invalidation(process, 'invalidate', coverage(action), { strict, settleMs });
    await this.#settle(own, () => {
      const { cache } = process;
      if (everything === true) return cache.clear(options);
      if (keys !== undefined) return cache.invalidate(keys, options);
      if (tags !== undefined) return cache.invalidateTags(tags, options);
      return cache.invalidatePattern(pattern!, options);
    });
  }

  async #expire(
    process: P,
    targets: { readonly keys?: readonly string[]; readonly tags?: readonly string[] },
  ): Promise<void> {
    const { keys, tags } = targets;
    const own = this.#invalidation(process, 'expire', coverage(targets));
    await this.#settle(own, () =>
      process.cache.expire({ ...(keys && { keys }), ...(tags && { tags }) }),
    );
  }

  /** The commit happens in the last moment of the function. */
  async #mutate(process: P, action: Mutation): Promise<void> {
    const { keys, tags, pattern } = action;
    const covers = coverage(action);
    const mutation = this.#observer.mutationStarts({ process: process.name, covers });
    let own: Invalidation | undefined;
    let isPending = false;
    const run = async (): Promise<void> => {
      await process.sleep(action.takesMs);
      if (action.fails === true) throw new Error('rolled back');
      this.#observer.commits(mutation, action.dies === true ? 'died' : 'committed');
      if (action.dies === true) return this.#kill(process);
      own = this.#invalidation(process, 'mutate', covers);
    };
    const targets = {
      ...(keys && { keys }),
      ...(tags && { tags }),
      ...(pattern && { patterns: pattern }),
    };
    const marker = action.dies === true ? 'required' : 'preferred';
    const options = { timeout: mutationTimeoutMs, onPending: () => (isPending = true) } as const;
    await process.cache.mutate(targets, run, { ...options, marker }).catch(() => {});
    if (!process.alive) return;
    mutation.end = this.#observer.now();
    if (own === undefined) mutation.outcome = 'rolled back';
    else this.#observer.invalidationEnds(own, isPending ? 'pending' : 'applied');
  }

  #read(process: P, call: Read['call'], key: string, fresh: boolean): Read {
    const { name, maxLagMs } = process;
    const read = { process: name, call, key, fresh, maxLagMs, boundMs: this.#boundMs };
    return this.#observer.readStarts(read);
  }

  #invalidation(
    process: P,
    call: Invalidation['call'],
    covers: Coverage,
    more: Partial<
      Pick<Invalidation, 'strict' | 'except' | 'settleMs' | 'versioned' | 'waits'>
    > = {},
  ): Invalidation {
    return this.#observer.invalidationStarts({
      process: process.name,
      call,
      covers,
      strict: false,
      settleMs: 0,
      ...more,
    });
  }

  async #settle(
    own: Invalidation,
    call: () => Promise<{ readonly status: 'applied' | 'queued' }>,
  ): Promise<void> {
    try {
      const { status } = await call();
      this.#observer.invalidationEnds(own, status === 'queued' ? 'pending' : status);
    } catch (error) {
      this.#observer.invalidationFails(own, error);
    }
  }
}

function leave(process: Actor, afterMs: number): AbortSignal {
  const controller = new AbortController();
  process.later(afterMs, () => controller.abort());
  return controller.signal;
}
