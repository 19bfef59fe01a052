import { Budget } from '../engine/time/budget.ts';
import type { EngineParts } from '../engine/engine-parts.ts';
import { CacheError, invalidArgument } from '../errors.ts';
import { type Duration, parseDuration } from '../policy/duration.ts';
import type { Cancel, Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import { HotCalls, type HotStore } from './hot-calls.ts';
import type { HotList } from './hot-list.ts';
import {
  type WarmCalls,
  type WarmOptions,
  type WarmPlan,
  type WarmReport,
  warmPlanOf,
} from './warm-options.ts';
import { WarmRun } from './warm-run.ts';

/** How what is used most is remembered: the options, checked. */
export interface WarmingPlan {
  readonly most: number;
  readonly everyMs: number;
  readonly store: HotStore | undefined;
}

/** Longest time that closing waits for the list to be kept. */
const closeMs = 500;
const day = 86_400_000;

/** Warms one cache: at once, again and again, and by what was used most, which it keeps. */
export class Warming {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #report: EngineParts['report'];
  readonly #plan: WarmingPlan;
  readonly #hot: HotCalls;
  readonly #runs = new Set<WarmRun>();
  readonly #timers = new Set<Cancel>();
  #keeps = false;
  #closed = false;

  constructor(parts: Pick<EngineParts, 'clock' | 'random' | 'report'>, plan: WarmingPlan) {
    const { clock, random } = parts;
    this.#clock = clock;
    this.#random = random;
    this.#report = parts.report;
    this.#plan = plan;
    this.#hot = new HotCalls({ random, now: () => clock.now(), most: plan.most });
  }

  get hottest(): HotList {
    return this.#hot.list;
  }

  /** Has calls of a function remembered, and the list kept from now on. */
  remember(...given: Parameters<HotCalls['remember']>): ReturnType<HotCalls['remember']> {
    const see = this.#hot.remember(...given);
    if (!this.#keeps && this.#plan.store !== undefined) {
      this.#keeps = true;
      this.#again(this.#plan.everyMs, () => this.#keep());
    }
    return see;
  }

  /**
   * Makes the calls once: by default those of the namespace that are remembered. Rejects with INVALID_ARGUMENT, and
   * with what getting the calls rejected with.
   */
  async warm(options: WarmOptions, prefix: string): Promise<WarmReport> {
    return this.#run(warmPlanOf(options), prefix);
  }

  /** Makes the calls again and again, the first time after one interval; returns what ends that. */
  every(interval: Duration, options: WarmOptions, prefix: string): () => void {
    const ms = parseDuration(interval, 'warmEvery interval', { min: 1, max: day });
    const plan = warmPlanOf(options);
    if (plan.calls !== undefined && typeof plan.calls !== 'function') {
      // What was iterated once may be empty the second time.
      throw invalidArgument(
        'warm options.calls',
        'a function that gives them, for each run',
        plan.calls,
      );
    }
    return this.#again(ms, () => this.#run(plan, prefix));
  }

  /** Ends what runs, and keeps the list once more. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const cancel of this.#timers) cancel();
    for (const run of this.#runs)
      run.stop('aborted', new CacheError('CLOSED', 'the cache was closed'));
    if (!this.#keeps) return;
    const budget = new Budget(this.#clock, closeMs);
    await budget.within('keeping what was used most', this.#keep()).catch(() => {});
  }

  async #run(plan: WarmPlan, prefix: string): Promise<WarmReport> {
    const onProgress: WarmPlan['onProgress'] = (progress) => {
      plan.onProgress?.(progress);
      this.#report('warming.progressed', () => progress);
    };
    const run = new WarmRun(plan, { clock: this.#clock, onProgress });
    this.#runs.add(run);
    try {
      const report = await run.run(await this.#callsOf(plan, prefix));
      this.#report('warmed', () => report);
      return report;
    } finally {
      this.#runs.delete(run);
    }
  }

  async #callsOf({ calls, tags }: WarmPlan, prefix: string): Promise<WarmCalls> {
    if (typeof calls === 'function') return calls();
    if (calls !== undefined) return calls;
    if (this.#plan.store !== undefined) {
      await this.#orReport(this.#hot.read(this.#plan.store));
    }
    return this.#hot.callsOf(prefix, tags);
  }

  /** Never rejects. */
  #keep(): Promise<unknown> {
    return this.#orReport(this.#hot.write(this.#plan.store!));
  }

  #orReport(work: Promise<unknown>): Promise<unknown> {
    return work.catch((error: unknown) => this.#report('warming.failed', () => ({ error })));
  }

  /**
   * Repeats the work after each interval, a tenth less or more, so that processes do not all do it at once. It never
   * runs twice at a time.
   */
  #again(ms: number, work: () => Promise<unknown>): () => void {
    let cancel: Cancel = () => {};
    let ended = false;
    const next = (): void => {
      if (ended || this.#closed) return;
      this.#timers.delete(end);
      cancel = this.#clock.schedule(ms * (0.9 + this.#random.fraction() / 5), () => {
        void this.#orReport(work()).then(next);
      });
      this.#timers.add(end);
    };
    const end = (): void => {
      ended = true;
      cancel();
      this.#timers.delete(end);
    };
    next();
    return end;
  }
}
