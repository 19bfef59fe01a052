import type { CacheEvent, CacheEvents } from './events.ts';
import { CacheError, invalidArgument } from './errors.ts';
import type { Logger } from './ports/logger.ts';

/** May be an async function: what it rejects with is reported like what it throws. */
type Listener = (event: never) => unknown;

/** Every event there is; the compiler sees to it that none is missing. */
const events: Readonly<Record<CacheEvent, true>> = {
  hit: true,
  miss: true,
  loaded: true,
  'load.failed': true,
  written: true,
  refused: true,
  evicted: true,
  invalidated: true,
  'invalidation.pending': true,
  'invalidation.applied': true,
  'invalidation.lost': true,
  'remote.connected': true,
  'remote.lost': true,
  'remote.failed': true,
  'remote.unreadable': true,
  'remote.warning': true,
  'circuit.opened': true,
  'circuit.closed': true,
  'trust.gained': true,
  'trust.lost': true,
  'epoch.changed': true,
};

/** Most listeners of one event: more is a leak, and refused. */
const maxListeners = 100;

/**
 * Tells listeners what happened. Without a listener an event costs one look-up: callers ask `heard` before
 * they build one. A listener that throws is reported to the logger and disturbs neither the cache nor others.
 */
export class Emitter {
  readonly #listeners = new Map<CacheEvent, Set<Listener>>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  on<E extends CacheEvent>(event: E, listener: (event: CacheEvents[E]) => unknown): () => void {
    if (!Object.hasOwn(events, event)) {
      throw invalidArgument('the event', `one of ${Object.keys(events).join(', ')}`, event);
    }
    if (typeof listener !== 'function') {
      throw invalidArgument(`the listener of '${event}'`, 'a function', listener);
    }
    const listeners = this.#listeners.get(event) ?? new Set();
    if (listeners.size >= maxListeners) {
      throw new CacheError(
        'INVALID_ARGUMENT',
        `on('${event}') has ${maxListeners} listeners already; end one with the function that on() returned`,
      );
    }
    // Each call is a listener of its own, even when the same function is given twice.
    const own: Listener = (value) => listener(value);
    listeners.add(own);
    this.#listeners.set(event, listeners);
    return () => {
      listeners.delete(own);
      if (listeners.size === 0 && this.#listeners.get(event) === listeners) {
        this.#listeners.delete(event);
      }
    };
  }

  /** Whether anybody listens. */
  heard(event: CacheEvent): boolean {
    return this.#listeners.has(event);
  }

  emit<E extends CacheEvent>(event: E, value: CacheEvents[E]): void {
    const listeners = this.#listeners.get(event);
    if (listeners === undefined) return;
    for (const listener of [...listeners]) {
      try {
        const answer = listener(value as never);
        if (answer instanceof Promise) answer.catch((error: unknown) => this.#report(event, error));
      } catch (error) {
        this.#report(event, error);
      }
    }
  }

  #report(event: CacheEvent, error: unknown): void {
    this.#logger.error(`keepfresh: a listener of '${event}' threw: ${String(error)}`);
  }

  clear(): void {
    this.#listeners.clear();
  }
}
