import { invalidArgument } from '../errors.ts';
import { SpaceSaving } from '../policy/space-saving.ts';
import type { Random } from '../ports/random.ts';
import {
  areKept,
  callName,
  type HotArgument,
  type HotList,
  type KeptHotList,
  keptHotList,
  mergeHot,
} from './hot-list.ts';

/** Where the list of what was used most outlives the process. */
export interface HotStore {
  /** What was written last, or undefined. */
  read(): unknown;
  write(list: KeptHotList): unknown;
}

/** A function whose calls are remembered. */
interface Remembered {
  readonly call: (args: readonly unknown[]) => unknown;
  readonly tagsOf: (args: readonly unknown[]) => readonly string[];
}

/** Of so many calls one is looked at, on average. */
const callsPerSample = 16;

/** Counts the calls of functions that are to be remembered, and knows how to make them again. */
export class HotCalls {
  readonly #random: Random;
  readonly #now: () => number;
  readonly #most: number;
  readonly #functions = new Map<string, Remembered>();
  readonly #calls: SpaceSaving<{
    name: string;
    args: readonly HotArgument[];
    tags: readonly string[];
  }>;
  readonly #tags: SpaceSaving<string>;
  #untilSample = 1;
  #kept: KeptHotList | undefined;

  constructor(options: {
    readonly random: Random;
    /** The wall clock. */
    readonly now: () => number;
    /** How many calls and tags are remembered. */
    readonly most: number;
  }) {
    this.#random = options.random;
    this.#now = options.now;
    this.#most = options.most;
    // Those that are nearly hot have to be counted to be found out.
    this.#calls = new SpaceSaving(2 * options.most);
    this.#tags = new SpaceSaving(2 * options.most);
  }

  /** Whether there is anything to remember. */
  get isUsed(): boolean {
    return this.#functions.size > 0;
  }

  /** Gives what is to be told of each call. Throws INVALID_ARGUMENT for a name that is taken. */
  remember(name: string, remembered: Remembered): (args: readonly unknown[]) => void {
    if (this.#functions.has(name)) {
      const allowed = 'a name that no other wrapped function has';
      throw invalidArgument('wrap options.remember', allowed, name);
    }
    this.#functions.set(name, remembered);
    return (args) => {
      if (--this.#untilSample > 0) return;
      this.#untilSample = 1 + Math.floor(this.#random.fraction() * (2 * callsPerSample - 1));
      this.#count(name, args, remembered);
    };
  }

  #count(name: string, args: readonly unknown[], { tagsOf }: Remembered): void {
    if (!areKept(args)) return;
    const tags = tagsOf(args);
    this.#calls.add(callName({ name, args }), { name, args: [...args], tags });
    for (const tag of tags) this.#tags.add(tag, tag);
  }

  /** What was used most, of before and since. */
  get list(): HotList {
    const { calls, tags } = this.#merged();
    return { calls, tags };
  }

  /** The calls of a namespace to make again, the hottest first. Those of functions that are not wrapped now are left out. */
  *callsOf(prefix: string, tags: readonly string[] | undefined): Generator<() => unknown> {
    for (const { name, args, tags: own } of this.list.calls) {
      const remembered = this.#functions.get(name);
      if (remembered === undefined || !name.startsWith(prefix)) continue;
      if (tags === undefined || tags.some((tag) => own.includes(prefix + tag))) {
        yield () => remembered.call(args);
      }
    }
  }

  /** Takes over what was kept, where it is newer than what is known. */
  async read(store: HotStore): Promise<void> {
    const kept = keptHotList(await store.read());
    if (kept !== undefined && kept.at > (this.#kept?.at ?? 0)) this.#kept = kept;
  }

  /** Adds what was seen since the last time to what is kept. Of two processes that do so at once, one may be lost. */
  async write(store: HotStore): Promise<void> {
    await this.read(store);
    this.#kept = this.#merged();
    this.#calls.clear();
    this.#tags.clear();
    await store.write(this.#kept);
  }

  #merged(): KeptHotList {
    const calls = this.#calls.entries().map(([, { item, uses }]) => ({ ...item, uses }));
    const tags = this.#tags.entries().map(([tag, { uses }]) => ({ tag, uses }));
    return mergeHot(this.#kept, { calls, tags }, { now: this.#now(), most: this.#most });
  }
}
