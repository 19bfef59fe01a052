import type { Clock } from '../../src/core/ports/clock.ts';
import type { StoredRecord } from '../../src/core/ports/record.ts';
import { MemoryLog, type LogImage } from '../../src/memory/remote/memory-log.ts';
import { MemoryStore, type StoreImage } from '../../src/memory/remote/memory-store.ts';
import { SeededRandom } from '../../src/testing/seeded-random.ts';
import { startOfTime } from './host.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The wall clock of a server; it can be set. */
export class ServerClock implements Clock {
  readonly #time: VirtualTime;
  #offset = 0;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  now(): number {
    return startOfTime + this.#time.now + this.#offset;
  }

  monotonic(): number {
    return this.#time.now;
  }

  schedule(delayMs: number, run: () => void): () => void {
    return this.#time.after(delayMs, run);
  }

  step(ms: number): void {
    this.#offset += ms;
  }
}

/** How both servers were at one moment. */
export interface ServerImages {
  readonly ms: number;
  readonly tick: number;
  readonly store: StoreImage;
  readonly log: LogImage;
}

const imageEveryMs = 100;
const imagesKept = 40;

/**
 * The servers that the processes share: one keeps the records, one the log. Both are the reference
 * implementations of the ports. They take an image of themselves ten times a second, as a replica does.
 */
export class Servers {
  readonly clocks: { readonly data: ServerClock; readonly control: ServerClock };
  readonly store: MemoryStore;
  readonly log: MemoryLog;
  /** The master that was replaced and does not know it: it answers reads and refuses writes. */
  oldMaster: MemoryLog | undefined;
  readonly #time: VirtualTime;
  readonly #newLog: () => MemoryLog;
  readonly #images: ServerImages[] = [];

  constructor(time: VirtualTime, options: { readonly seed: string; readonly retentionMs: number }) {
    this.#time = time;
    this.clocks = { data: new ServerClock(time), control: new ServerClock(time) };
    this.store = new MemoryStore({ clock: this.clocks.data });
    let made = 0;
    this.#newLog = () =>
      new MemoryLog({
        clock: this.clocks.control,
        random: new SeededRandom(`${options.seed} log ${made++}`),
        retentionMs: options.retentionMs,
      });
    this.log = this.#newLog();
  }

  /** Takes images from now on. */
  start(): void {
    const { store, log } = this;
    const { now: ms } = this.#time;
    this.#images.push({ ms, tick: this.#time.tick(), store: store.image(), log: log.image() });
    if (this.#images.length > imagesKept) this.#images.shift();
    this.#time.after(imageEveryMs, () => this.start());
  }

  /** The newest images that are at least so old. */
  imagesFrom(ageMs: number): ServerImages {
    const wanted = this.#time.now - ageMs;
    return this.#images.findLast(({ ms }) => ms <= wanted) ?? this.#images[0]!;
  }

  /** Another server has the log from now on; the one that had it answers no write any more. */
  promote(): void {
    this.oldMaster = this.#newLog();
    this.oldMaster.restore(this.log.image());
    this.log.serverChanged();
  }
}

/** The number of the load that brought a record's value. */
export function loadOf({ payload }: StoredRecord): number {
  return (JSON.parse(Buffer.from(payload).toString()) as { load: number }).load;
}
