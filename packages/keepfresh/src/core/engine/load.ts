import { CacheError } from '../errors.ts';
import { parseDuration } from '../policy/duration.ts';
import { checkTags } from '../policy/tag-list.ts';
import type { Clock } from '../ports/clock.ts';
import type { EntryPolicy, LoadContext, Loader } from './entry-policy.ts';
import type { LoadGate } from './load-gate.ts';

/** What the loader returned, and what it said of it. */
export interface LoadResult {
  readonly value: unknown;
  readonly tags: readonly string[];
  readonly ttlMs: number;
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  readonly skipped: boolean;
  readonly tookMs: number;
}

export interface LoadRequest {
  readonly key: string;
  readonly loader: Loader;
  readonly policy: EntryPolicy;
  /** Put before each tag. */
  readonly tagPrefix: string;
  readonly signal: AbortSignal;
  readonly stale: unknown;
  /** Called in the moment in which the loader is about to start, after any wait for its turn. */
  readonly onStart: () => void;
}

/**
 * Runs the loader when it is its turn. Rejects with what the loader threw, with LOAD_TIMEOUT when it takes
 * too long, and with the signal's reason when everybody has gone. A loader that goes on regardless keeps no
 * turn and reaches nobody.
 */
export async function runLoad(
  request: LoadRequest,
  gate: LoadGate,
  clock: Clock,
): Promise<LoadResult> {
  const endTurn = await gate.enter(request.signal);
  const deadline = new AbortController();
  const signal = AbortSignal.any([request.signal, deadline.signal]);
  const { loadTimeoutMs } = request.policy;
  const cancel = clock.schedule(loadTimeoutMs, () => {
    const message = `the loader of ${request.key} took longer than ${loadTimeoutMs} ms`;
    deadline.abort(new CacheError('LOAD_TIMEOUT', message));
  });
  const wishes = new Wishes(request.policy);
  try {
    // Its turn may have come in the very moment in which the last caller left.
    request.signal.throwIfAborted();
    request.onStart();
    const startedAt = clock.monotonic();
    const loading = callLoader(request, wishes.context(request, signal));
    const value = await unlessAborted(loading, signal);
    return { ...wishes.result(value, request), tookMs: clock.monotonic() - startedAt };
  } finally {
    cancel();
    endTurn();
  }
}

async function callLoader(request: LoadRequest, context: LoadContext): Promise<unknown> {
  return request.loader(context);
}

/** What a loader asks for through its context. */
class Wishes {
  #ttlMs: number;
  #staleWhileRevalidateMs: number;
  #staleIfErrorMs: number;
  #ttlWasSet = false;
  #skipped = false;
  readonly #tags: string[] = [];

  constructor(policy: EntryPolicy) {
    this.#ttlMs = policy.ttlMs;
    this.#staleWhileRevalidateMs = policy.staleWhileRevalidateMs;
    this.#staleIfErrorMs = policy.staleIfErrorMs;
  }

  context(request: LoadRequest, signal: AbortSignal): LoadContext {
    return {
      signal,
      key: request.key,
      stale: request.stale,
      setTtl: (ttl) => {
        this.#ttlMs = parseDuration(ttl, 'setTtl()', { min: 1 });
        this.#ttlWasSet = true;
      },
      setStale: (windows) => this.#setStale(windows),
      addTags: (...tags) => {
        this.#tags.push(...tags);
      },
      skip: () => {
        this.#skipped = true;
      },
    };
  }

  #setStale({ whileRevalidate, ifError }: Parameters<LoadContext['setStale']>[0]): void {
    if (whileRevalidate !== undefined) {
      this.#staleWhileRevalidateMs = parseDuration(whileRevalidate, 'setStale().whileRevalidate');
    }
    if (ifError !== undefined) this.#staleIfErrorMs = parseDuration(ifError, 'setStale().ifError');
  }

  result(value: unknown, { policy, tagPrefix }: LoadRequest): Omit<LoadResult, 'tookMs'> {
    const negative = value === undefined || value === null;
    const ttlMs = negative && !this.#ttlWasSet ? policy.negativeTtlMs : this.#ttlMs;
    const named: unknown = policy.tags(value);
    const tags = Array.isArray(named) ? [...(named as unknown[]), ...this.#tags] : named;
    return {
      value,
      tags: checkTags(tags, 'tags', tagPrefix),
      ttlMs,
      staleWhileRevalidateMs: this.#staleWhileRevalidateMs,
      staleIfErrorMs: this.#staleIfErrorMs,
      skipped: this.#skipped,
    };
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
