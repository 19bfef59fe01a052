import type {
  Instant,
  Invalidation,
  Load,
  Mutation,
  Read,
  Silence,
} from '../simulation/history.ts';
import { Observer, type Timeline } from '../simulation/observer.ts';
import type { HistoryWriter } from './history-file.ts';

/** A line of a history: what it is about, as it stands then. A later one with its number replaces it. */
export type Entry = { readonly id: number } & (
  | { readonly load: Load }
  | { readonly read: Read }
  | { readonly invalidation: Invalidation }
  | { readonly mutation: Mutation }
  | { readonly silence: Silence }
  | { readonly fault: string }
);

type Thing = Load | Read | Invalidation | Silence;

/** Loads are numbered so that those of two processes differ. */
const loadsOfProcess = 2 ** 32;

/**
 * Writes the history of a process into a file, line by line: what is there survives the process, and what is
 * over is not kept in memory. Reads are written when they are over, mutations at the commit, all else also when it
 * begins.
 */
export class FileObserver extends Observer {
  readonly #file: HistoryWriter;
  readonly #process: number;
  readonly #open = new Map<Thing, number>();
  readonly #pending = new Set<Invalidation>();
  #loads = 0;
  #entries = 0;

  constructor(time: Timeline, { file, process }: { file: HistoryWriter; process: number }) {
    super(time, {});
    this.#file = file;
    this.#process = process;
  }

  override loadStarts(load: Parameters<Observer['loadStarts']>[0]): Load {
    const started = this.#begun(super.loadStarts(load));
    this.#write(started, { load: started });
    return started;
  }

  override loadEnds(load: Load, result: 'loaded' | 'failed'): void {
    super.loadEnds(load, result);
    this.#over(load, { load });
  }

  override readStarts(read: Parameters<Observer['readStarts']>[0]): Read {
    return this.#begun(super.readStarts(read));
  }

  override readEnds(read: Read, value: unknown): void {
    super.readEnds(read, value);
    this.#over(read, { read });
  }

  override readFails(read: Read, error: unknown): void {
    super.readFails(read, error);
    this.#over(read, { read });
  }

  override invalidationStarts(
    invalidation: Parameters<Observer['invalidationStarts']>[0],
  ): Invalidation {
    const started = this.#begun(super.invalidationStarts(invalidation));
    this.#write(started, { invalidation: started });
    return started;
  }

  override invalidationEnds(
    invalidation: Invalidation,
    status: 'applied' | 'pending' | 'refused',
  ): void {
    super.invalidationEnds(invalidation, status);
    this.#ended(invalidation);
  }

  override invalidationFails(invalidation: Invalidation, error: unknown): void {
    super.invalidationFails(invalidation, error);
    this.#ended(invalidation);
  }

  override mutationStarts(mutation: Parameters<Observer['mutationStarts']>[0]): Mutation {
    const started = super.mutationStarts(mutation);
    this.#forget();
    return started;
  }

  override commits(mutation: Mutation, outcome: 'committed' | 'died'): void {
    super.commits(mutation, outcome);
    this.#line({ id: this.#entries++, mutation });
  }

  protected override silenceStarts(process: string, fromMs: number): Silence {
    const silence = this.#begun(super.silenceStarts(process, fromMs));
    this.#write(silence, { silence });
    return silence;
  }

  protected override silenceEnds(silence: Silence, until: Instant): void {
    super.silenceEnds(silence, until);
    this.#over(silence, { silence });
  }

  /** Nothing is pending any more: all that was must be in force from now on. */
  nothingPends(): void {
    for (const invalidation of this.#pending) {
      invalidation.status = 'placed';
      invalidation.placed = this.now();
      this.#over(invalidation, { invalidation });
    }
    this.#pending.clear();
  }

  fault(text: string): void {
    this.#line({ id: this.#entries++, fault: text });
  }

  /** Writes down the reads that nobody has answered. */
  writeOpenReads(): void {
    for (const thing of this.#open.keys()) {
      if ('outcome' in thing && 'call' in thing) this.#write(thing, { read: thing });
    }
  }

  protected override nextLoadId(): number {
    return this.#process * loadsOfProcess + this.#loads++;
  }

  #ended(invalidation: Invalidation): void {
    if (invalidation.status !== 'pending') return this.#over(invalidation, { invalidation });
    this.#write(invalidation, { invalidation });
    this.#pending.add(invalidation);
  }

  #begun<T extends Thing>(thing: T): T {
    this.#open.set(thing, this.#entries++);
    this.#forget();
    return thing;
  }

  #forget(): void {
    for (const all of Object.values(this.history)) if (Array.isArray(all)) all.length = 0;
  }

  #over(thing: Thing, entry: About): void {
    this.#write(thing, entry);
    this.#open.delete(thing);
  }

  #write(thing: Thing, entry: About): void {
    const id = this.#open.get(thing);
    if (id !== undefined) this.#line({ id, ...entry });
  }

  #line(entry: Entry): void {
    this.#file.write(JSON.stringify(entry));
  }
}

/** An entry without its number. */
type About = Entry extends infer E ? (E extends unknown ? Omit<E, 'id'> : never) : never;
