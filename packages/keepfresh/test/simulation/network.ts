import { SeededRandom } from '../../src/testing/seeded-random.ts';
import type { Host } from './host.ts';
import { type Delays, Link } from './link.ts';
import type { Fault, ServerName } from './plan.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface Links {
  readonly data: Link;
  readonly control: Link;
}

interface Attached {
  readonly links: Links;
  /** Called when all links are there again, and when one is lost. */
  readonly onChange: (connected: boolean) => void;
  wasConnected: boolean;
}

export interface NetworkOptions {
  readonly time: VirtualTime;
  readonly seed: string;
  readonly delays: Delays;
  /** How long a process may take to connect again. */
  readonly slowestReturnMs: number;
}

type Cut = Omit<Extract<Fault, { kind: 'cut' }>, 'kind'>;

/** Who can reach whom. Each process has one link to each server. */
export class Network {
  readonly #options: NetworkOptions;
  readonly #attached = new Map<number, Attached>();
  /** How many reasons there are why a process cannot reach a server. */
  readonly #obstacles = new Map<string, number>();
  readonly #random: SeededRandom;
  #made = 0;

  constructor(options: NetworkOptions) {
    this.#options = options;
    this.#random = new SeededRandom(`${options.seed} network`);
  }

  /** Links for a process that starts. */
  attach(process: number, host: Host, onChange: (connected: boolean) => void): Links {
    const { time, seed, delays } = this.#options;
    const link = (server: ServerName): Link => {
      const random = new SeededRandom(`${seed} link ${process} ${server} ${this.#made++}`);
      const made = new Link({ time, host, random, delays });
      if (this.#isBlocked(process, server)) made.cut(0, () => false);
      return made;
    };
    const links = { data: link('data'), control: link('control') };
    this.#attached.set(process, { links, onChange, wasConnected: true });
    return links;
  }

  detach(process: number): void {
    const attached = this.#attached.get(process);
    this.#attached.delete(process);
    attached?.links.data.cut(0, () => true);
    attached?.links.control.cut(0, () => true);
  }

  stall(process: number, server: ServerName, ms: number): void {
    this.#attached.get(process)?.links[server].stall(ms);
  }

  /** Breaks a connection, for a while. */
  cut({ process, server, forMs, knownAfterMs, lateMs }: Cut): void {
    const link = this.#attached.get(process)?.links[server];
    link?.cut(knownAfterMs, () => !this.#isBlocked('all', server), lateMs);
    this.#block(process, server, forMs, () => this.#mend(process, server));
    this.#announce(process);
  }

  /** A server is away for a while: every connection to it breaks, and each process is back in its own time. */
  takeAway(server: ServerName, forMs: number): void {
    const { time, slowestReturnMs } = this.#options;
    this.#block('all', server, forMs, () => {
      for (const process of this.#attached.keys()) {
        const delay = this.#random.below(slowestReturnMs);
        time.after(delay, () => this.#mend(process, server));
      }
    });
    for (const [process, { links }] of this.#attached) {
      links[server].cut(1, () => false);
      this.#announce(process);
    }
  }

  #block(process: number | 'all', server: ServerName, forMs: number, mend: () => void): void {
    const name = `${process} ${server}`;
    this.#obstacles.set(name, (this.#obstacles.get(name) ?? 0) + 1);
    this.#options.time.after(forMs, () => {
      this.#obstacles.set(name, this.#obstacles.get(name)! - 1);
      mend();
    });
  }

  #mend(process: number, server: ServerName): void {
    if (this.#isBlocked(process, server)) return;
    this.#attached.get(process)?.links[server].mend();
    this.#announce(process);
  }

  #isBlocked(process: number | 'all', server: ServerName): boolean {
    const count = (who: number | 'all'): number => this.#obstacles.get(`${who} ${server}`) ?? 0;
    return count('all') > 0 || count(process) > 0;
  }

  #announce(process: number): void {
    const attached = this.#attached.get(process);
    if (attached === undefined) return;
    const connected = attached.links.data.isUp && attached.links.control.isUp;
    if (connected === attached.wasConnected) return;
    attached.wasConnected = connected;
    attached.onChange(connected);
  }
}
