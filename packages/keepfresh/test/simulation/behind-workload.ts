import type { BehindWrite, WriteBehind } from '../../src/core/write-behind.ts';
import type { Actor } from './actor.ts';
import { coverage } from './coverage.ts';
import type { Invalidation, Load, Mutation } from './history.ts';
import { mutationTimeoutMs } from './limits.ts';
import type { Observer } from './observer.ts';
import type { WriteBehindAction } from './plan.ts';
import { tagsOf } from './tags-of.ts';

interface Value {
  readonly key: string;
  readonly load: number;
}

/** One value on its way to the source. */
interface Course {
  readonly action: WriteBehindAction;
  readonly value: Load;
  readonly mutation: Mutation;
  /** What its write invalidated, once the source had it. */
  own?: Invalidation;
  hasFailed: boolean;
}

/** What the application in a simulated process writes behind. */
export class BehindWorkload<P extends Actor = Actor> {
  readonly #observer: Observer;
  readonly #queues = new WeakMap<P, WriteBehind<Value>>();
  readonly #courses = new Map<number, Course>();

  constructor(observer: Observer) {
    this.#observer = observer;
  }

  /** After a while the application waits until what it wrote is in its source, or given up. */
  async write(process: P, action: WriteBehindAction): Promise<void> {
    const { key } = action;
    const { name } = process;
    const value = this.#observer.loadStarts({
      key,
      process: name,
      tags: [],
      bySet: true,
      behind: true,
    });
    value.tags = tagsOf(key, value.id);
    const covers = coverage({ keys: [key] });
    const mutation = this.#observer.mutationStarts({ process: name, covers, writes: value.id });
    const course: Course = { action, value, mutation, hasFailed: false };
    this.#courses.set(value.id, course);
    let isPending = false;
    const unlisten = process.cache.on('invalidation.pending', () => {
      isPending = true;
    });
    await this.#setAndFlush(process, action, value).catch(() => {
      this.#observer.loadEnds(value, 'failed');
    });
    unlisten();
    if (!process.alive) return;
    this.#observer.loadEnds(value, 'failed');
    mutation.end = this.#observer.now();
    if (course.own === undefined) mutation.outcome = 'rolled back';
    else this.#observer.invalidationEnds(course.own, isPending ? 'pending' : 'applied');
  }

  /** Rejects where the cache is closed, or was so soon that the queue refused the value. */
  async #setAndFlush(
    process: P,
    { key, flushAfterMs }: WriteBehindAction,
    { id }: Load,
  ): Promise<void> {
    const queue = this.#queueOf(process);
    await queue.set(key, { key, load: id });
    await process.sleep(flushAfterMs);
    if (process.alive) await queue.flush();
  }

  #queueOf(process: P): WriteBehind<Value> {
    const known = this.#queues.get(process);
    if (known !== undefined) return known;
    const queue = process.cache.writeBehind<Value>((writes) => this.#bring(process, writes), {
      ...{ delay: 20, batch: 2, backOff: 30, attempts: 4, closeWithin: 300 },
      timeout: mutationTimeoutMs,
      tags: ({ key, load }) => tagsOf(key, load),
    });
    this.#queues.set(process, queue);
    return queue;
  }

  /** The source: it takes its time for the slowest, and has them all in the same moment. */
  async #bring(process: P, writes: readonly BehindWrite<Value>[]): Promise<(Error | undefined)[]> {
    const courses = writes.map(({ value }) => this.#courses.get(value.load)!);
    await process.sleep(Math.max(...courses.map(({ action }) => action.takesMs)));
    return courses.map((course) => this.#commit(process, course));
  }

  #commit(process: P, course: Course): Error | undefined {
    const { action, value, mutation } = course;
    const fails = course.hasFailed ? undefined : action.fails;
    course.hasFailed = true;
    if (fails === 'refused') return new Error('refused');
    this.#observer.commits(mutation, 'committed');
    course.own ??= this.#observer.invalidationStarts({
      ...{ process: process.name, call: 'write', covers: mutation.covers, except: value.id },
      ...{ strict: false, settleMs: 0, behind: true },
    });
    if (fails === 'answer lost') return new Error('answer lost');
    this.#observer.loadEnds(value, 'loaded');
    return undefined;
  }
}
