import type { StoredRecord } from '../../src/core/ports/record.ts';
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
import { emptyHistory } from './history.ts';
import type { Plan } from './plan.ts';
import { loadOf } from './servers.ts';

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

  constructor(time: Timeline, plan: Partial<Pick<Plan, 'calm' | 'retentionMs' | 'sourceLagMs'>>) {
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

  rolledBack(image: Rollback['image']): void {
    this.history.rollbacks.push({ at: this.now(), image });
  }

  /** A process begins; the function is to be called when the log has answered it. */
  processStarts(process: string): () => void {
    const silence: Silence = { process };
    this.history.silences.push(silence);
    return () => {
      silence.until ??= this.now();
    };
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
      if (load.process === process && load.result === 'running') load.result = 'abandoned';
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
