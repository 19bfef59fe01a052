import type { Actor } from './actor.ts';
import type { ConfigurationPatch } from '../../src/core/configuration/configuration.ts';
import { CacheError } from '../../src/core/errors.ts';
import { BehindWorkload } from './behind-workload.ts';
import { coverage } from './coverage.ts';
import type { Coverage, Invalidation } from './history.ts';
import { longestCallMs, mutationTimeoutMs } from './limits.ts';
import type { Observer } from './observer.ts';
import type { Action, Mutation } from './plan.ts';
import { ReadWorkload } from './read-workload.ts';
import { SnapshotWorkload } from './snapshot-workload.ts';
import { tagsOf } from './tags-of.ts';
import { WriteWorkload } from './write-workload.ts';

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
  readonly #reads: ReadWorkload<P>;
  readonly #behind: BehindWorkload<P>;
  readonly #snapshots: SnapshotWorkload<P>;

  /** No read may take longer than `boundMs`. */
  constructor(observer: Observer, kill: (process: P) => void, boundMs: number = longestCallMs) {
    this.#observer = observer;
    this.#kill = kill;
    this.#writes = new WriteWorkload(observer, kill);
    this.#reads = new ReadWorkload(observer, boundMs);
    this.#behind = new BehindWorkload(observer);
    this.#snapshots = new SnapshotWorkload(observer);
  }

  /** Never rejects: what comes of the action stands in the history, or the cache was closed before it. */
  async perform(process: P, action: Action): Promise<void> {
    try {
      if (process.alive) await this.#perform(process, action);
    } catch (error) {
      if (!(error instanceof CacheError && error.code === 'CLOSED')) throw error;
    }
  }

  async #perform(process: P, action: Action): Promise<void> {
    switch (action.kind) {
      case 'getOrSet':
        return void (await this.#reads.getOrSet(process, action));
      case 'get':
      case 'has':
        return this.#reads.lookUp(process, action);
      case 'peek':
        return this.#reads.peek(process, action.key);
      case 'refresh':
        return this.#reads.refresh(process, action);
      case 'set':
        return this.#set(process, action);
      case 'write':
        return this.#writes.write(process, action);
      case 'behind':
        return this.#behind.write(process, action);
      case 'export':
        return this.#snapshots.write(process);
      case 'import':
        return this.#snapshots.read(process, action);
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
