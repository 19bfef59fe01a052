import type { VirtualTime } from './virtual-time.ts';
import type { Host } from './host.ts';
import type { SeededRandom } from '../../src/testing/seeded-random.ts';

/** How long messages of a link take. */
export interface Delays {
  /** Most milliseconds of an ordinary message; the least is 0. */
  readonly mostMs: number;
  /** Share of messages that take long. */
  readonly slowShare: number;
  readonly slowMs: number;
  /** From then on no message takes long. */
  readonly slowUntilMs: number;
}

/** What a process can do with its connection to a server. */
export interface Connection {
  /** Sends a request that `execute` carries out on the server, and brings back what comes of it. */
  call<T>(execute: () => Promise<T>): Promise<T>;
  /** A message of the server that nobody asked for; it may be lost. */
  tell(run: () => void): void;
}

interface Request {
  readonly reject: (error: Error) => void;
  /** Has reached the server. */
  arrived: boolean;
  execute: () => void;
}

/**
 * The connection of one process to one server. Within it messages keep their order, both ways; between two
 * links there is none. It breaks in the ways in which connections do: after a break nobody knows whether a
 * request was executed, and some are executed long after their sender was told that the connection is lost.
 */
export class Link implements Connection {
  readonly #time: VirtualTime;
  readonly #host: Host;
  readonly #random: SeededRandom;
  readonly #delays: Delays;
  /** Marks what comes in one packet. */
  readonly #chunk = {};
  #requests = new Set<Request>();
  #lastRequestAt = 0;
  #lastReplyAt = 0;
  #stalledUntil = 0;
  #isUp = true;
  /** Since when the process knows that the connection is lost; before, it sends into the void. */
  #lossKnownAt = 0;

  constructor(options: {
    readonly time: VirtualTime;
    readonly host: Host;
    readonly random: SeededRandom;
    readonly delays: Delays;
  }) {
    this.#time = options.time;
    this.#host = options.host;
    this.#random = options.random;
    this.#delays = options.delays;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  call<T>(execute: () => Promise<T>): Promise<T> {
    if (!this.#isUp && this.#time.now >= this.#lossKnownAt) return Promise.reject(lost());
    return new Promise((resolve, reject) => {
      const run = (): void => {
        request.arrived = true;
        execute().then(
          (answer) => this.#reply(request, () => resolve(answer)),
          (error: unknown) => this.#reply(request, () => reject(error as Error)),
        );
      };
      const request: Request = { reject, arrived: false, execute: run };
      this.#requests.add(request);
      if (!this.#isUp) return;
      this.#lastRequestAt = this.#arrival(this.#lastRequestAt);
      this.#time.at(this.#lastRequestAt, () => {
        if (this.#requests.has(request)) run();
      });
    });
  }

  tell(run: () => void): void {
    if (!this.#isUp) return;
    this.#lastReplyAt = this.#arrival(this.#lastReplyAt);
    const requests = this.#requests;
    this.#time.at(this.#lastReplyAt, () => {
      if (requests === this.#requests) this.#host.deliver(run, this.#chunk);
    });
  }

  /** Holds back what is sent from now on, both ways, and lets all of it through afterwards. */
  stall(ms: number): void {
    this.#stalledUntil = Math.max(this.#stalledUntil, this.#time.now + ms);
  }

  /**
   * Breaks the connection. What is under way is lost, except that requests may still be executed while
   * `reaches` holds: each of them `lateMs` later where that is given. The process hears of the loss after `knownAfterMs`.
   */
  cut(knownAfterMs: number, reaches: () => boolean, lateMs?: number): void {
    const broken = this.#requests;
    this.#requests = new Set();
    this.#isUp = false;
    this.#lossKnownAt = this.#time.now + knownAfterMs;
    for (const request of broken) this.#executeLate(request, reaches, lateMs);
    this.#time.at(this.#lossKnownAt, () => {
      const unsent = this.#isUp ? new Set<Request>() : this.#requests;
      if (!this.#isUp) this.#requests = new Set();
      const all = [...broken, ...unsent];
      this.#host.deliver(() => {
        for (const { reject } of all) reject(lost());
      });
    });
  }

  /** The connection is there again, a new one; what was sent into the void meanwhile is lost. */
  mend(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    this.#stalledUntil = this.#time.now;
    const unsent = this.#requests;
    this.#requests = new Set();
    this.#host.deliver(() => {
      for (const { reject } of unsent) reject(lost());
    });
  }

  #executeLate(request: Request, reaches: () => boolean, lateMs?: number): void {
    if (request.arrived || (lateMs === undefined && this.#random.below(2) === 0)) return;
    this.#time.after(lateMs ?? this.#random.below(1_000), () => {
      if (reaches()) request.execute();
    });
  }

  #reply(request: Request, settle: () => void): void {
    const requests = this.#requests;
    if (!requests.has(request)) return;
    this.#lastReplyAt = this.#arrival(this.#lastReplyAt);
    this.#time.at(
      this.#lastReplyAt,
      () => {
        if (!requests.has(request) || requests !== this.#requests) return;
        requests.delete(request);
        this.#host.deliver(settle, this.#chunk);
      },
      this.#chunk,
    );
  }

  #arrival(after: number): number {
    const { mostMs, slowShare, slowMs, slowUntilMs } = this.#delays;
    const isSlow = this.#time.now < slowUntilMs && this.#random.fraction() < slowShare;
    const delay = this.#random.below(mostMs + 1) + (isSlow ? this.#random.below(slowMs) : 0);
    return Math.max(after, this.#stalledUntil, this.#time.now + delay);
  }
}

function lost(): Error {
  return new Error('the connection is lost');
}
