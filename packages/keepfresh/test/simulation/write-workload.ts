import type { Actor } from './actor.ts';
import { coverage } from './coverage.ts';
import type { Invalidation } from './history.ts';
import { mutationTimeoutMs } from './limits.ts';
import type { Observer } from './observer.ts';
import type { WriteThrough } from './plan.ts';
import { tagsOf } from './tags-of.ts';

/** What the application in a simulated process writes to the source of truth by way of its cache. */
export class WriteWorkload<P extends Actor = Actor> {
  readonly #observer: Observer;
  /** Called when a process has to end in the middle of a write. */
  readonly #kill: (process: P) => void;

  constructor(observer: Observer, kill: (process: P) => void) {
    this.#observer = observer;
    this.#kill = kill;
  }

  /** The source has the value in the last moment of the writer. */
  async write(process: P, { key, takesMs, fails, dies }: WriteThrough): Promise<void> {
    const value = this.#observer.loadStarts({ key, process: process.name, tags: [], bySet: true });
    value.tags = tagsOf(key, value.id);
    const covers = coverage({ keys: [key] });
    const mutation = this.#observer.mutationStarts({
      ...{ process: process.name, covers, writes: value.id },
    });
    let own: Invalidation | undefined;
    const writer = async (): Promise<void> => {
      value.start = this.#observer.now();
      await process.sleep(takesMs);
      if (fails === 'refused') throw new Error('refused');
      this.#observer.commits(mutation, dies === true ? 'died' : 'committed');
      if (dies === true) return this.#kill(process);
      const kept = fails === undefined ? { except: value.id } : {};
      own = this.#observer.invalidationStarts({
        ...{ process: process.name, call: 'write', covers, strict: false, settleMs: 0 },
        ...kept,
      });
      this.#observer.loadEnds(value, fails === undefined ? 'loaded' : 'failed');
      if (fails === 'answer lost') throw new Error('answer lost');
    };
    const { tags, id } = value;
    const options = { tags, writer, timeout: mutationTimeoutMs } as const;
    const marker = dies === true ? 'required' : 'preferred';
    const written = await process.cache
      .set(key, { key, load: id }, { ...options, marker })
      .catch(() => undefined);
    if (!process.alive) return;
    mutation.end = this.#observer.now();
    this.#observer.loadEnds(value, 'failed');
    if (own === undefined) mutation.outcome = 'rolled back';
    else
      this.#observer.invalidationEnds(own, written?.status === 'applied' ? 'applied' : 'pending');
  }
}
