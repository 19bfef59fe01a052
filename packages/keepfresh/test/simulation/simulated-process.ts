import type { Cache } from '../../src/core/cache.ts';
import { SeededRandom } from '../../src/testing/seeded-random.ts';
import { cacheOf } from './cache-of.ts';
import { Host } from './host.ts';
import { LinkedRemote } from './linked-remote.ts';
import type { Network } from './network.ts';
import type { Observer } from './observer.ts';
import type { Plan } from './plan.ts';
import type { Servers } from './servers.ts';
import { slowHooks } from './slow-hooks.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { Actor } from './actor.ts';

/** What all processes of a simulation share. */
export interface Surroundings {
  readonly plan: Plan;
  readonly time: VirtualTime;
  readonly servers: Servers;
  readonly network: Network;
  readonly observer: Observer;
  /** The processes that still reach the master that was replaced. */
  readonly minority: Set<number>;
}

/** One run of one process: from its start to its end, with one cache. */
export class SimulatedProcess implements Actor {
  readonly index: number;
  /** A letter for the process and, from the second, the number of its run. */
  readonly name: string;
  readonly host: Host;
  readonly cache: Cache;
  readonly #around: Surroundings;

  constructor(around: Surroundings, index: number, run: number) {
    const { plan, time, servers, network, observer, minority } = around;
    this.#around = around;
    this.index = index;
    this.name = String.fromCharCode(65 + index) + (run > 1 ? String(run) : '');
    this.host = new Host(time, plan.wallOffsets[index]);
    const seed = `${plan.seed} process ${this.name}`;
    const links = network.attach(index, this.host, (connected) => {
      this.host.deliver(() => remote.announce(connected));
    });
    const remote = new LinkedRemote({
      servers,
      ...links,
      now: () => time.now,
      random: new SeededRandom(`${seed} remote`),
      lossShare: plan.lossShare,
      partialShare: plan.partialShare,
      isMinority: () => minority.has(index),
      observer,
      onFailure: (failure) => observer.failureTold(this.name, failure),
    });
    const cache = cacheOf({
      plan,
      memory: plan.memory[index] !== false,
      maxLagMs: plan.maxLagMs[index]!,
      clock: this.host,
      random: new SeededRandom(seed),
      remote,
    });
    const hooks = slowHooks(new SeededRandom(`${seed} hooks`), (ms) => this.sleep(ms));
    this.cache = plan.hooked === true ? cache.use(hooks) : cache;
    observer.watchTrust(this.cache, this);
  }

  get maxLagMs(): number {
    return this.#around.plan.maxLagMs[this.index]!;
  }

  get alive(): boolean {
    return this.host.alive;
  }

  later(ms: number, run: () => void): void {
    this.host.schedule(ms, run);
  }

  /** Resolves after so long on this process's own timers. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.host.schedule(ms, resolve);
    });
  }

  /** The process ends without a word. */
  crash(): void {
    this.host.kill();
    this.#around.network.detach(this.index);
    this.#around.observer.abandon(this.name);
  }

  /** The cache is closed, and then the process ends. */
  async close(): Promise<void> {
    await this.cache.close();
    if (this.host.alive) this.crash();
  }
}
