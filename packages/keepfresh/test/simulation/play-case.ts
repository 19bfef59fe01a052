import { SeededRandom } from '../../src/testing/seeded-random.ts';
import { cacheOf } from './cache-of.ts';
import { Crossroads } from './crossroads.ts';
import type { History } from './history.ts';
import { check, type Violation } from './history-checker.ts';
import { Host } from './host.ts';
import { LinkedRemote } from './linked-remote.ts';
import { Observer } from './observer.ts';
import type { Action } from './plan.ts';
import { Servers } from './servers.ts';
import { settled, VirtualTime } from './virtual-time.ts';
import { Workload } from './workload.ts';
import type { Actor } from './actor.ts';

/** One thing that happens in a small case; process 0 or 1. */
export type Deed =
  | { readonly process: number; readonly action: Action }
  /** A process hears nothing from the log any more. */
  | { readonly process: number; readonly fault: 'partition' }
  /** The log goes back to how it was when the case began, on another server. */
  | { readonly fault: 'failover' }
  /** All keys of the log, or of the store, are gone. */
  | { readonly fault: 'flush log' | 'flush store' }
  /** Time passes, more than H, in which no message arrives. */
  | { readonly fault: 'silence' };

export interface SmallCase {
  readonly deeds: readonly Deed[];
  /** Both processes have the value at the start. */
  readonly isWarm: boolean;
  /** What was loaded is stale at once, and may be served while it is refreshed. */
  readonly isStale?: boolean;
}

export interface Explored {
  readonly history: History;
  readonly violations: readonly Violation[];
  /** How many things could have happened at each step. */
  readonly widths: readonly number[];
}

const maxLagMs = 400;
const plan = {
  ttlMs: 60_000,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
  calm: false,
  retentionMs: 60_000,
  sourceLagMs: 0,
};

/**
 * Plays one order of a small case with two processes. At each step either the oldest message of a channel
 * arrives, a load ends, or the next deed begins; `choices` says which, 0 (and everything beyond its end) the
 * oldest message. Afterwards everything is mended, H passes, and both processes read.
 */
export async function playCase(
  { deeds, isWarm, isStale = false }: SmallCase,
  choices: readonly number[],
): Promise<Explored> {
  const scene = new Scene(isStale);
  await scene.passTime(30);
  if (isWarm) await scene.warmUp();
  scene.begin();
  const widths = await scene.play(deeds, choices);
  await scene.end();
  return { history: scene.history, violations: check(scene.history), widths };
}

class Scene {
  readonly #time = new VirtualTime();
  readonly #crossroads = new Crossroads();
  readonly #observer = new Observer(this.#time, plan);
  readonly #servers = new Servers(this.#time, { seed: 'case', retentionMs: plan.retentionMs });
  readonly #workload = new Workload(this.#observer, () => {});
  readonly #times: Pick<typeof plan, 'ttlMs' | 'staleWhileRevalidateMs'>;
  readonly #actors: readonly Actor[];
  #image = this.#servers.log.image();

  constructor(isStale: boolean) {
    this.#times = isStale ? { ttlMs: 1, staleWhileRevalidateMs: 60_000 } : plan;
    this.#actors = [this.#start('A'), this.#start('B')];
  }

  get history(): History {
    return this.#observer.history;
  }

  async warmUp(): Promise<void> {
    for (const actor of this.#actors) {
      void this.#workload.perform(actor, { kind: 'getOrSet', key: 'a', loadMs: 0 });
      await this.passTime(30);
    }
  }

  /** From here on the log may be lost. */
  begin(): void {
    this.#image = this.#servers.log.image();
  }

  async play(deeds: readonly Deed[], choices: readonly number[]): Promise<number[]> {
    const widths: number[] = [];
    for (let next = 0; ;) {
      await settled();
      const { open } = this.#crossroads;
      const width = open.length + (next < deeds.length ? 1 : 0);
      if (width === 0) return widths;
      const chosen = Math.min(choices[widths.length] ?? 0, width - 1);
      widths.push(width);
      if (chosen < open.length) this.#crossroads.take(open[chosen]!);
      else await this.#do(deeds[next++]!);
    }
  }

  /** Lets time pass; what is under way arrives in the order in which it was sent. */
  async passTime(ms: number): Promise<void> {
    const end = this.#time.now + ms;
    while (this.#time.now < end) {
      await this.#time.runUntil(Math.min(end, this.#time.now + 10));
      for (let open = this.#crossroads.open; open.length > 0; open = this.#crossroads.open) {
        this.#crossroads.take(open[0]!);
        await settled();
      }
    }
  }

  async end(): Promise<void> {
    this.#crossroads.unblockAll();
    await this.passTime(2 * maxLagMs + 200);
    for (const actor of this.#actors) {
      void this.#workload.perform(actor, { kind: 'get', key: 'a' });
      await this.passTime(20);
      void this.#workload.perform(actor, { kind: 'getOrSet', key: 'a', loadMs: 0 });
      await this.passTime(20);
    }
    await this.passTime(300);
  }

  async #do(deed: Deed): Promise<void> {
    if ('action' in deed) {
      return void this.#workload.perform(this.#actors[deed.process]!, deed.action);
    }
    this.#observer.mishap('', deed.fault);
    const { store, log } = this.#servers;
    switch (deed.fault) {
      case 'partition': {
        const { name } = this.#actors[deed.process]!;
        this.#crossroads.block(`${name}→control`);
        return this.#crossroads.block(`control→${name}`);
      }
      case 'failover':
        log.restore(this.#image);
        return log.serverChanged();
      case 'flush log':
        return log.lose('all');
      case 'flush store':
        return store.flush();
      case 'silence':
        await this.#time.runUntil(this.#time.now + maxLagMs + 1);
    }
  }

  #start(name: string): Actor {
    const host = new Host(this.#time);
    const crossroads = this.#crossroads;
    const remote = new LinkedRemote({
      servers: this.#servers,
      data: crossroads.connection(name, 'data'),
      control: crossroads.connection(name, 'control'),
      now: () => this.#time.now,
      random: new SeededRandom(name),
      lossShare: 0,
      partialShare: 0,
      isMinority: () => false,
      observer: this.#observer,
      onFailure: (failure) => this.#observer.failureTold(name, failure),
    });
    let sleeps = 0;
    return {
      name,
      alive: true,
      maxLagMs,
      cache: cacheOf({
        plan: { ...plan, ...this.#times },
        memory: true,
        maxLagMs,
        clock: host,
        random: new SeededRandom(name),
        remote,
      }),
      sleep: () => crossroads.wait(`source of ${name} ${sleeps++}`),
      later: (ms, run) => void host.schedule(ms, run),
    };
  }
}
