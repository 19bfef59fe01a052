import { CacheError, invalidArgument, messageOf } from './errors.ts';
import { type CacheEvent, type CacheEvents, eventNames } from './events.ts';
import type { Logger } from './ports/logger.ts';

/** May be an async function: what it rejects with is reported like what it throws. */
type Listener = (event: never) => unknown;

/** Most listeners of one event: more is a leak, and refused. */
const maxListeners = 100;

/**
 * Tells listeners what happened. Without a listener an event costs one look at `heard`, which callers take
 * before they build one. A listener that throws is reported to the logger and disturbs neither the cache nor others.
 */
export class Emitter {
  /** Whether anybody listens, for each event. */
  readonly heard: Readonly<Record<CacheEvent, boolean>>;
  readonly #heard: Record<CacheEvent, boolean>;
  readonly #listeners = new Map<CacheEvent, Set<Listener>>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
    this.#heard = nobodyHears();
    this.heard = this.#heard;
  }

  on<E extends CacheEvent>(event: E, listener: (event: CacheEvents[E]) => unknown): () => void {
    if (!eventNames.includes(event)) {
      throw invalidArgument('the event', `one of ${eventNames.join(', ')}`, event);
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
    this.#heard[event] = true;
    return () => {
      listeners.delete(own);
      if (listeners.size === 0 && this.#listeners.get(event) === listeners) {
        this.#listeners.delete(event);
        this.#heard[event] = false;
      }
    };
  }

  emit<E extends CacheEvent>(event: E, value: CacheEvents[E]): void {
    const listeners = this.#listeners.get(event);
    if (listeners === undefined) return;
    for (const listener of [...listeners]) this.tell(event, listener, value as never);
  }

  /** Calls one listener, of an event or of a single call: what it throws or rejects with goes to the logger alone. */
  tell<V>(name: string, listener: (value: V) => unknown, value: V): void {
    try {
      const answer = listener(value);
      if (answer instanceof Promise) answer.catch((error: unknown) => this.#report(name, error));
    } catch (error) {
      this.#report(name, error);
    }
  }

  /** A logger that throws has nobody who hears of it. */
  #report(name: string, error: unknown): void {
    try {
      const what = error instanceof Error ? String(error) : messageOf(error);
      this.#logger.error(`keepfresh: a listener of '${name}' threw: ${what}`);
    } catch {}
  }

  clear(): void {
    this.#listeners.clear();
    Object.assign(this.#heard, nobodyHears());
  }
}

function nobodyHears(): Record<CacheEvent, boolean> {
  return Object.fromEntries(eventNames.map((event) => [event, false])) as ReturnType<
    typeof nobodyHears
  >;
}
