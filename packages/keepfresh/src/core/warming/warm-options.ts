import {
  checkFunction,
  checkNames,
  checkSignal,
  isIterable,
  wholeNumber,
} from '../check-options.ts';
import { invalidArgument } from '../errors.ts';
import { type Duration, parseDuration } from '../policy/duration.ts';

/** Reads one value through the cache, so that it is there afterwards: `() => product(7)`. */
export type WarmCall = (signal: AbortSignal) => unknown;

/** What `warm` takes. */
export interface WarmOptions {
  /**
   * The calls to make, in this order: functions that read through the cache, in anything that can be iterated, or a
   * function that gives these for each run, which `warmEvery` needs. @default the hottest calls of functions that were wrapped with `remember`
   */
  readonly calls?: WarmCalls | (() => WarmCalls | Promise<WarmCalls>);
  /** Only remembered calls whose values have one of these tags. @default all */
  readonly tags?: readonly string[];
  /** Most calls, 1 to 1,000,000. @default 1_000 */
  readonly limit?: number;
  /** Most calls at once, 1 to 1,000. @default 4 */
  readonly concurrent?: number;
  /** Longest time for all of them, 1 ms to 1 day; what runs then goes on, and is not waited for. @default '1m' */
  readonly within?: Duration;
  /** Ends it: no further call is made, and those that run are not waited for. */
  readonly signal?: AbortSignal;
  /** Told after each call. */
  readonly onProgress?: (progress: WarmProgress) => void;
}

export type WarmCalls = Iterable<WarmCall> | AsyncIterable<WarmCall>;

/** How many calls have ended. */
export interface WarmProgress {
  readonly done: number;
  /** Of these, how many failed. A failure ends nothing. */
  readonly failed: number;
}

/** What came of it, and why it ended: `complete` when there was nothing more to call. */
export interface WarmReport extends WarmProgress {
  readonly ended: 'complete' | 'limit' | 'time' | 'aborted';
  readonly ms: number;
}

/** How calls are made: the options, checked. */
export interface WarmPlan {
  readonly calls: WarmOptions['calls'];
  readonly tags: readonly string[] | undefined;
  readonly limit: number;
  readonly concurrent: number;
  readonly withinMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: WarmProgress) => void) | undefined;
}

const day = 86_400_000;
const names = ['calls', 'tags', 'limit', 'concurrent', 'within', 'signal', 'onProgress'];

/** Throws INVALID_ARGUMENT. */
export function warmPlanOf(options: WarmOptions): WarmPlan {
  checkNames(options, 'warm options', names);
  const { calls, tags, limit, concurrent, within = '1m', signal, onProgress } = options;
  const refuse = (name: string, allowed: string, was: unknown): never => {
    throw invalidArgument(`warm options.${name}`, allowed, was);
  };
  if (calls !== undefined && typeof calls !== 'function' && !isIterable(calls))
    refuse('calls', 'functions that can be iterated, or a function that gives them', calls);
  if (tags !== undefined && !Array.isArray(tags)) refuse('tags', 'an array of tags', tags);
  if (tags !== undefined && calls !== undefined)
    refuse('tags', 'absent where calls are given', tags);
  checkSignal(signal, 'warm options.signal');
  checkFunction(onProgress, 'warm options.onProgress');
  const most = { min: 1, max: 1_000_000, default: 1_000 };
  return {
    ...{ calls, tags, signal, onProgress },
    limit: wholeNumber(limit, 'warm options.limit', most),
    concurrent: wholeNumber(concurrent, 'warm options.concurrent', {
      min: 1,
      max: 1_000,
      default: 4,
    }),
    withinMs: parseDuration(within, 'warm options.within', { min: 1, max: day }),
  };
}
