import { invalidArgument } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { WarmCall, WarmCalls, WarmPlan, WarmProgress, WarmReport } from './warm-options.ts';

/** One pass over calls, a bounded number at once. */
export class WarmRun {
  readonly #plan: WarmPlan;
  readonly #clock: Clock;
  readonly #onProgress: (progress: WarmProgress) => void;
  readonly #end = new AbortController();
  #ended: WarmReport['ended'] = 'complete';
  #started = 0;
  #done = 0;
  #failed = 0;

  constructor(
    plan: WarmPlan,
    options: { readonly clock: Clock; readonly onProgress: (progress: WarmProgress) => void },
  ) {
    this.#plan = plan;
    this.#clock = options.clock;
    this.#onProgress = options.onProgress;
  }

  /** Makes no further call, and waits for none. */
  stop(ended: WarmReport['ended'], reason: unknown): void {
    if (this.#end.signal.aborted) return;
    this.#ended = ended;
    this.#end.abort(reason);
  }

  /** Resolves when all is done or it was stopped. Rejects only when the calls themselves cannot be had. */
  async run(calls: WarmCalls): Promise<WarmReport> {
    const { signal, withinMs, concurrent } = this.#plan;
    const begun = this.#clock.monotonic();
    const leave = (): void => this.stop('aborted', signal?.reason);
    const cancel = this.#clock.schedule(withinMs, () => {
      this.stop('time', new Error(`warming took longer than ${withinMs} ms`));
    });
    signal?.addEventListener('abort', leave, { once: true });
    if (signal?.aborted === true) leave();
    try {
      const source = iteratorOf(calls);
      const lanes = Array.from({ length: concurrent }, () => this.#lane(source));
      await this.#unlessStopped(Promise.all(lanes));
    } finally {
      cancel();
      signal?.removeEventListener('abort', leave);
    }
    const ms = this.#clock.monotonic() - begun;
    return { done: this.#done, failed: this.#failed, ended: this.#ended, ms };
  }

  /** One call after the other, as long as there are any. */
  async #lane(source: AsyncIterator<WarmCall> | Iterator<WarmCall>): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      const next = await source.next();
      if (next.done === true || signal.aborted) return;
      if (this.#started === this.#plan.limit) {
        this.#ended = 'limit';
        return;
      }
      this.#started++;
      await this.#call(next.value);
    }
  }

  async #call(call: WarmCall): Promise<void> {
    if (typeof call !== 'function') {
      throw invalidArgument('each of warm options.calls', 'a function', call);
    }
    try {
      await call(this.#end.signal);
    } catch {
      // Whoever reads the value next will load it, and see what is wrong.
      this.#failed++;
    }
    this.#done++;
    if (!this.#end.signal.aborted) this.#onProgress({ done: this.#done, failed: this.#failed });
  }

  /** Resolves with the work, or when it was stopped: what runs then is left to itself. */
  #unlessStopped(work: Promise<unknown>): Promise<unknown> {
    const { signal } = this.#end;
    return new Promise((resolve, reject) => {
      if (signal.aborted) resolve(undefined);
      signal.addEventListener('abort', resolve, { once: true });
      work.then(resolve, reject);
    });
  }
}

function iteratorOf(calls: WarmCalls): AsyncIterator<WarmCall> | Iterator<WarmCall> {
  return Symbol.asyncIterator in calls ? calls[Symbol.asyncIterator]() : calls[Symbol.iterator]();
}
