import type { Cancel, Clock } from '../../ports/clock.ts';

export interface SecondLookOptions<T> {
  readonly clock: Clock;
  /** How long after it was added an item is looked at, and looked at again, in milliseconds. */
  readonly delayMs: number;
  /** Whether this process knows enough now to look at what is due. */
  readonly canLook: () => boolean;
  /** Looks at an item, and tells whether that is done: else it is looked at again. Never rejects. */
  readonly look: (item: T) => Promise<boolean>;
}

/** An item that could not be looked at for so many milliseconds is dropped: what it is about ends by itself. */
const giveUpMs = 60_000;
const maxWaiting = 10_000;

interface Waiting<T> {
  readonly item: T;
  /** When it was added, by the monotonic clock. */
  readonly since: number;
}

/** Things to be looked at once more, some time after they happened. Beyond 10,000 the oldest are dropped. */
export class SecondLook<T> {
  readonly #options: SecondLookOptions<T>;
  /** The one added longest ago first. */
  readonly #waiting = new Set<Waiting<T>>();
  #cancel: Cancel | undefined;
  #closed = false;

  constructor(options: SecondLookOptions<T>) {
    this.#options = options;
  }

  add(item: T): void {
    if (this.#closed) return;
    this.#waiting.add({ item, since: this.#options.clock.monotonic() });
    if (this.#waiting.size > maxWaiting) this.#waiting.delete(first(this.#waiting)!);
    this.#cancel ??= this.#lookIn(this.#options.delayMs);
  }

  /** Looks at nothing any more, and returns what was waiting for it. */
  close(): readonly T[] {
    this.#closed = true;
    this.#cancel?.();
    const left = [...this.#waiting].map(({ item }) => item);
    this.#waiting.clear();
    return left;
  }

  #lookIn(ms: number): Cancel {
    const { clock, delayMs } = this.#options;
    return clock.schedule(ms, () => {
      this.#cancel = undefined;
      this.#lookAtAll();
      const next = first(this.#waiting);
      if (next === undefined || this.#closed) return;
      const left = next.since + delayMs - clock.monotonic();
      this.#cancel ??= this.#lookIn(left > 0 ? left : delayMs);
    });
  }

  #lookAtAll(): void {
    const { clock, delayMs, canLook } = this.#options;
    const now = clock.monotonic();
    const can = canLook();
    for (const waiting of this.#waiting) {
      if (now - waiting.since < delayMs) return;
      if (!can && now - waiting.since < giveUpMs) continue;
      this.#waiting.delete(waiting);
      if (can) void this.#look(waiting.item);
    }
  }

  async #look(item: T): Promise<void> {
    if (!(await this.#options.look(item))) this.add(item);
  }
}

function first<T>(set: ReadonlySet<T>): T | undefined {
  return set.values().next().value;
}
