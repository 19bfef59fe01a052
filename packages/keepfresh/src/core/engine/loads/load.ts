import { CacheError } from '../../errors.ts';
import { parseDuration } from '../../policy/duration.ts';
import { checkTags } from '../../policy/tag-list.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EntryPolicy } from '../entry-policy.ts';
import type { LoadContext, Loader } from './loader.ts';
import { unlessAborted } from '../time/unless-aborted.ts';
import type { LoadGate } from './load-gate.ts';
import type { Previous, PreviousValue } from './previous-value.ts';

/** What the loader returned, and what it said of it. */
export interface LoadResult {
  readonly value: unknown;
  readonly tags: readonly string[];
  readonly ttlMs: number;
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  readonly skipped: boolean;
  /** The value from before, which the loader said is still right. */
  readonly confirmed?: Previous | undefined;
  readonly tookMs: number;
}

export interface LoadRequest {
  readonly key: string;
  readonly loader: Loader;
  readonly policy: EntryPolicy;
  /** Put before each tag. */
  readonly tagPrefix: string;
  readonly signal: AbortSignal;
  /** The value from before; absent: there is none to be seen. */
  readonly previous?: Pick<PreviousValue, 'find'> | undefined;
  /** Called in the moment in which the loader is about to start, after any wait for its turn. */
  readonly onStart: () => void;
  /** Told of what the loader threw, with what is known to be the tags of its value: not when nobody waits any more. */
  readonly onFailure?: (error: unknown, tags: readonly string[]) => void;
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
  const abort = (): void => {
    const message = `the loader of ${request.key} took longer than ${loadTimeoutMs} ms`;
    deadline.abort(new CacheError('LOAD_TIMEOUT', message));
  };
  const cancel = clock.schedule(loadTimeoutMs, abort, 'awaited');
  const wishes = new Wishes(request.policy);
  try {
    // Its turn may have come in the very moment in which the last caller left.
    request.signal.throwIfAborted();
    request.onStart();
    const startedAt = clock.monotonic();
    const loading = callLoader(request.loader, wishes.context(request, signal));
    const value = await unlessAborted(loading, signal).catch((error: unknown) => {
      if (!request.signal.aborted) wishes.tellFailure(error, request);
      throw error;
    });
    return { ...wishes.result(value, request), tookMs: clock.monotonic() - startedAt };
  } finally {
    cancel();
    endTurn();
  }
}

async function callLoader(loader: Loader, context: LoadContext): Promise<unknown> {
  return loader(context);
}

/** What a loader returns to say that the value from before is still right. */
const notModified: unique symbol = Symbol('not modified');

/** Whether a loader's result says that the value from before is still right. */
export function isNotModified(value: unknown): boolean {
  return value === notModified;
}

/** The loader, with the value from before in place of its word that it is still right. */
export function conditionalLoader(loader: Loader): Loader {
  return async (context) => {
    const value: unknown = await loader(context);
    return isNotModified(value) ? context.stale : value;
  };
}

/** What a loader asks for through its context. */
class Wishes {
  #ttlMs: number;
  #staleWhileRevalidateMs: number;
  #staleIfErrorMs: number;
  #ttlWasSet = false;
  #skipped = false;
  #confirmed: Previous | undefined;
  readonly #tags: string[] = [];

  constructor(policy: EntryPolicy) {
    this.#ttlMs = policy.ttlMs;
    this.#staleWhileRevalidateMs = policy.staleWhileRevalidateMs;
    this.#staleIfErrorMs = policy.staleIfErrorMs;
  }

  context(request: LoadRequest, signal: AbortSignal): LoadContext {
    const { key, previous } = request;
    return {
      signal,
      key,
      get stale() {
        return previous?.find()?.value;
      },
      notModified: () => {
        this.#confirmed = previous?.find();
        if (this.#confirmed === undefined) throw nothingBefore(key);
        return notModified as never;
      },
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

  /** What was skipped is told to nobody. */
  tellFailure(error: unknown, { policy, tagPrefix, onFailure }: LoadRequest): void {
    if (this.#skipped || onFailure === undefined) return;
    const named = this.#tags.map((tag) => tagPrefix + tag);
    onFailure(error, [...withoutValue(policy, tagPrefix), ...named]);
  }

  result(value: unknown, { policy, tagPrefix }: LoadRequest): Omit<LoadResult, 'tookMs'> {
    const negative = value === undefined || value === null;
    const ttlMs = negative && !this.#ttlWasSet ? policy.negativeTtlMs : this.#ttlMs;
    const named: unknown = policy.tags(value);
    const tags = Array.isArray(named) ? [...(named as unknown[]), ...this.#tags] : named;
    const isSame = this.#confirmed !== undefined && Object.is(value, this.#confirmed.value);
    const confirmed = isSame ? this.#confirmed : undefined;
    return {
      value,
      confirmed,
      tags: withThoseBefore(checkTags(tags, 'tags', tagPrefix), confirmed),
      ttlMs,
      staleWhileRevalidateMs: this.#staleWhileRevalidateMs,
      staleIfErrorMs: this.#staleIfErrorMs,
      skipped: this.#skipped,
    };
  }
}

/** A loader that only confirms a value need not name the tags that it named when it loaded it. */
function withThoseBefore(
  tags: readonly string[],
  confirmed: Previous | undefined,
): readonly string[] {
  const missing = confirmed?.tags.filter((tag) => !tags.includes(tag)) ?? [];
  return missing.length === 0 ? tags : [...tags, ...missing];
}

/** The tags of whatever it would have been: a function may need the value, and then gives none. */
function withoutValue({ tags }: EntryPolicy, prefix: string): readonly string[] {
  try {
    return checkTags(tags(undefined), 'tags', prefix);
  } catch {
    return [];
  }
}

function nothingBefore(key: string): CacheError {
  const message = `notModified() must be called where there is a value from before, but ${key} has none`;
  return new CacheError('INVALID_ARGUMENT', message);
}
