import type { Cache } from '../../src/core/cache.ts';
import type { StoredRecord } from '../../src/core/ports/record.ts';
import type { LoadFailure } from '../../src/core/ports/store.ts';
import type {
  History,
  Instant,
  Invalidation,
  Load,
  Mutation,
  Read,
  Rollback,
  Silence,
} from './history.ts';
import { failedLoadOf } from './failed-load.ts';
import { emptyHistory } from './history.ts';
import type { Plan } from './plan.ts';
import { loadOf } from './servers.ts';

const beforeAll: Instant = { ms: 0, tick: 0 };

/** Tells the moments of what happens. */
export interface Timeline {
  /** Milliseconds since the beginning. */
  readonly now: number;
  /** A number larger than every one before. */
  tick(): number;
}

/** Writes down what happens, with the moment at which it does. */
export class Observer {
  readonly history: History;
  readonly #time: Timeline;

  constructor(
    time: Timeline,
    plan: Partial<Pick<Plan, 'calm' | 'retentionMs' | 'sourceLagMs' | 'errorTtlMs'>>,
  ) {
    this.#time = time;
    this.history = emptyHistory(plan);
  }

  now(): Instant {
    return { ms: this.#time.now, tick: this.#time.tick() };
  }

  loadStarts(
    load: Pick<Load, 'key' | 'process' | 'tags' | 'bySet' | 'behind'> & { parts?: number[] },
  ): Load {
    const started: Load = {
      parts: [],
      ...load,
      id: this.nextLoadId(),
      start: this.now(),
      result: 'running',
    };
    this.history.loads.push(started);
    return started;
  }

  protected nextLoadId(): number {
    return this.history.loads.length;
  }

  loadEnds(load: Load, result: 'loaded' | 'confirmed' | 'failed'): void {
    if (load.result !== 'running') return;
    load.end = this.now();
    load.result = result;
  }

  readStarts(read: Omit<Read, 'start' | 'outcome'>): Read {
    const started: Read = { ...read, start: this.now(), outcome: 'pending' };
    this.history.reads.push(started);
    return started;
  }

  /** `value` as the cache returned it. */
  readEnds(read: Read, value: unknown): void {
    if (read.outcome !== 'pending') return;
    read.end = this.now();
    if (value === undefined) read.outcome = 'none';
    else {
      const { key, load } = value as { readonly key: string; readonly load: number };
      Object.assign(read, { outcome: 'value', valueKey: key, load });
    }
  }

  readFails(read: Read, error: unknown): void {
    if (read.outcome !== 'pending') return;
    read.end = this.now();
    read.outcome = 'error';
    read.error = nameOf(error);
    const load = failedLoadOf(error);
    if (load === undefined) return;
    read.erredLoad = load;
    if (read.error === 'LOAD_FAILED') read.failedLoad = load;
  }

  /** The store tells a process of a load that it has waited for. */
  failureTold(process: string, failure: LoadFailure): void {
    const load = failedLoadOf(failure);
    if (load !== undefined) this.history.told.push({ at: this.now(), process, load });
  }

  invalidationStarts(invalidation: Omit<Invalidation, 'start' | 'status'>): Invalidation {
    const started: Invalidation = { ...invalidation, start: this.now(), status: 'calling' };
    this.history.invalidations.push(started);
    return started;
  }

  invalidationEnds(invalidation: Invalidation, status: 'applied' | 'pending' | 'refused'): void {
    if (invalidation.status !== 'calling') return;
    invalidation.end = this.now();
    invalidation.status = status;
  }

  invalidationFails(invalidation: Invalidation, error: unknown): void {
    if (invalidation.status !== 'calling') return;
    const name = nameOf(error);
    invalidation.end = this.now();
    invalidation.error = name;
    invalidation.status = name === 'INVALIDATION_PENDING' ? 'pending' : 'error';
  }

  mutationStarts(mutation: Pick<Mutation, 'process' | 'covers' | 'writes'>): Mutation {
    const started: Mutation = { ...mutation, start: this.now(), outcome: 'running' };
    this.history.mutations.push(started);
    return started;
  }

  commits(mutation: Mutation, outcome: 'committed' | 'died'): void {
    mutation.commit = this.now();
    mutation.outcome = outcome;
  }

  filled(key: string, record: StoredRecord): void {
    this.history.fills.push({ at: this.now(), key, load: loadOf(record) });
  }

  erased(keys: readonly string[]): void {
    for (const key of keys) this.history.erasures.push({ at: this.now(), key });
  }

  discarded(key: string): void {
    this.history.erasures.push({ at: this.now(), key, leaseStays: true });
  }

  rolledBack(image: Rollback['image']): void {
    this.history.rollbacks.push({ at: this.now(), image });
  }

  /** Notes when the log does not know a process: before it first answers it, and once it has lost its history. */
  watchTrust(cache: Cache, { name, maxLagMs }: { name: string; maxLagMs: number }): void {
    let [epoch, epochBefore] = ['', 'none yet'];
    let silence: Silence | undefined = this.silenceStarts(name, this.now().ms);
    cache.on('epoch.changed', (changed) => (epoch = changed.epoch));
    cache.on('trust.lost', () => {
      epochBefore = epoch;
      silence = this.silenceStarts(name, this.now().ms - maxLagMs);
    });
    cache.on('trust.gained', () => {
      if (silence === undefined) return;
      this.silenceEnds(silence, epoch !== epochBefore ? this.now() : beforeAll);
      silence = undefined;
    });
  }

  protected silenceStarts(process: string, fromMs: number): Silence {
    const silence: Silence = { process, fromMs };
    this.history.silences.push(silence);
    return silence;
  }

  protected silenceEnds(silence: Silence, until: Instant): void {
    silence.until = until;
  }

  adopts(process: string, loads: readonly number[]): void {
    this.history.adoptions.push({ at: this.now(), process, loads });
  }

  mishap(process: string, text: string): void {
    this.history.mishaps.push({ at: this.now(), process, text });
  }

  /** A process ended: nothing that it was doing will be answered. */
  abandon(process: string): void {
    const { reads, loads, invalidations } = this.history;
    for (const read of reads) {
      if (read.process === process && read.outcome === 'pending') read.outcome = 'abandoned';
    }
    for (const load of loads) {
      if (load.process !== process || load.result !== 'running') continue;
      load.result = 'abandoned';
      load.abandoned = this.now();
    }
    for (const each of invalidations) {
      if (each.process === process && each.status !== 'applied') each.status = 'lost';
    }
  }
}

function nameOf(error: unknown): string {
  const { code, name, message } = error as { code?: unknown; name?: string; message?: string };
  if (typeof code === 'string') return code;
  return (name === 'Error' ? message : name) ?? String(error);
}
