import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '../../src/testing/seeded-random.ts';
import { Chronicle, type Finding } from './chronicle.ts';
import { clusterDeployment } from './cluster-deployment.ts';
import type { Deployment, Fault, Struck } from './fault.ts';
import { Fleet } from './fleet.ts';
import { processFaults } from './process-faults.ts';
import type { Measured } from './measure.ts';
import { sentinelDeployment } from './sentinel-deployment.ts';
import type { ClientName, Topology } from './setting.ts';
import { standaloneDeployment } from './standalone-deployment.ts';
import { Turns } from './turns.ts';

/** What is broken, for how long. */
export interface ChaosOptions {
  readonly topology: Topology;
  /** The client of each process. */
  readonly clients: readonly ClientName[];
  readonly seed: string;
  /** No fault begins after so long, in milliseconds. */
  readonly forMs: number;
  /** H of the caches. @default 500 */
  readonly maxLagMs?: number;
  /** The module of the processes: another one for a changed copy of the library. */
  readonly program?: string;
  /** Only faults whose names contain one of these. */
  readonly only?: readonly string[];
  /** Ends with the first promise that is broken. */
  readonly stopWhenBroken?: boolean;
  /** Called with each broken promise as it is found. */
  readonly onFinding?: (finding: Finding) => void;
  /** Called with each fault as it begins. */
  readonly onFault?: (name: string) => void;
}

/** What came of it. */
export interface ChaosReport {
  readonly findings: readonly Finding[];
  /** How often each fault was made. */
  readonly faults: Readonly<Record<string, number>>;
  /** Faults that could not be made, and why. */
  readonly refused: readonly string[];
  readonly summary: Readonly<Record<string, number>>;
  /** How long recoveries took, in milliseconds. */
  readonly times: Readonly<Record<string, readonly number[]>>;
  /** What the processes held once a minute, by the names of their runs. */
  readonly samples: readonly Sample[];
  readonly begin: readonly Measured[];
  readonly end: readonly Measured[];
}

/** What the processes held at one moment. */
export interface Sample {
  /** Since the first fault, in milliseconds. */
  readonly atMs: number;
  readonly held: ReadonlyMap<string, Measured>;
}

const cache = 'chaos';
const judgeEveryMs = 2_000;
const sampleEveryMs = 60_000;
const makers = {
  standalone: standaloneDeployment,
  sentinel: sentinelDeployment,
  cluster: clusterDeployment,
} as const;

/** Breaks servers, processes and connections at random for a while, and judges what the processes saw. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const deployment = await makers[options.topology](cache);
  const chronicle = new Chronicle();
  try {
    const fleet = await Fleet.start({
      topology: options.topology,
      clients: options.clients,
      entrances: deployment.entrances,
      servers: deployment.ports,
      master: deployment.master,
      seed: options.seed,
      maxLagMs: options.maxLagMs ?? 500,
      program: options.program ?? join(import.meta.dirname, 'process.ts'),
      ...{ cache, chronicle },
    });
    try {
      return await new Run(options, { deployment, fleet, chronicle }).report();
    } finally {
      await fleet.stop();
    }
  } finally {
    await deployment.stop();
  }
}

interface Scene {
  readonly deployment: Deployment;
  readonly fleet: Fleet;
  readonly chronicle: Chronicle;
}

/** One run, from the first call of the workload to the last. */
class Run {
  readonly #options: ChaosOptions;
  readonly #scene: Scene;
  readonly #random: SeededRandom;
  readonly #turns = new Turns();
  readonly #findings: Finding[] = [];
  readonly #faults: Record<string, number> = {};
  readonly #times: Record<string, number[]> = {};
  readonly #refused: string[] = [];
  readonly #samples: Sample[] = [];
  #untilMs = 0;

  constructor(options: ChaosOptions, scene: Scene) {
    this.#options = options;
    this.#scene = scene;
    this.#random = new SeededRandom(options.seed);
  }

  async report(): Promise<ChaosReport> {
    const { fleet, chronicle, deployment } = this.#scene;
    await fleet.whenUp();
    await fleet.callAll('begin');
    await sleep(500);
    const begin = await fleet.measure();
    this.#untilMs = fleet.nowMs + this.#options.forMs;
    await Promise.all([
      this.#strikeAll(deployment.faults, () => deployment.repair()),
      this.#strikeAll(processFaults, () => Promise.resolve()),
      this.#judgeAgain(),
      this.#sampleAgain(),
    ]);
    await this.#settle();
    const end = await fleet.measure();
    this.#judge({ end: true });
    const [findings, faults, times] = [this.#findings, this.#faults, this.#times];
    const [refused, samples] = [this.#refused, this.#samples];
    return { findings, faults, refused, times, samples, begin, end, summary: chronicle.summary };
  }

  /** Makes one fault after the other, each of them once before any of them again. */
  async #strikeAll(all: readonly Fault[], repair: () => Promise<void>): Promise<void> {
    const { only } = this.#options;
    const faults = all.filter(({ name }) => only?.some((part) => name.includes(part)) ?? true);
    let deck: Fault[] = [];
    while (faults.length > 0 && this.#scene.fleet.nowMs < this.#untilMs) {
      if (deck.length === 0) deck = shuffled(faults, this.#random);
      const fault = deck.pop()!;
      await this.#turns.take(fault.weight, () => this.#strike(fault, repair));
      await sleep(this.#random.below(600));
    }
  }

  async #strike(fault: Fault, repair: () => Promise<void>): Promise<void> {
    const { fleet } = this.#scene;
    const { name } = fault;
    this.#options.onFault?.(name);
    this.#faults[name] = (this.#faults[name] ?? 0) + 1;
    const timed: Struck['timed'] = (what, ms) => (this.#times[what] ??= []).push(ms);
    try {
      await fault.strike({ fleet, random: this.#random, timed });
    } catch (error) {
      // Amid other faults a server may refuse, or vanish; what matters is that all goes on afterwards.
      this.#refused.push(`${name}: ${String(error)}`);
    }
    await repair();
    if (fault.weight !== 'light') await fleet.whenUp();
  }

  /** Everything is mended, every pending invalidation placed, and every process reads every key. */
  async #settle(): Promise<void> {
    const { fleet, deployment } = this.#scene;
    await deployment.repair();
    await fleet.whenUp();
    await fleet.whenPlaced();
    await sleep(this.#options.maxLagMs ?? 500);
    await fleet.callAll('readAll');
    await fleet.callAll('end');
  }

  async #judgeAgain(): Promise<void> {
    const { fleet } = this.#scene;
    while (fleet.nowMs < this.#untilMs) {
      await sleep(Math.min(judgeEveryMs, Math.max(0, this.#untilMs - fleet.nowMs)));
      this.#judge();
    }
  }

  async #sampleAgain(): Promise<void> {
    const { fleet } = this.#scene;
    const beginMs = fleet.nowMs;
    let nextMs = beginMs;
    while (fleet.nowMs <= this.#untilMs) {
      if (fleet.nowMs >= nextMs) {
        nextMs += sampleEveryMs;
        this.#samples.push({ atMs: fleet.nowMs - beginMs, held: await fleet.sample() });
      }
      // It may be over sooner.
      await sleep(Math.max(0, Math.min(judgeEveryMs, nextMs - fleet.nowMs)));
    }
  }

  #judge(when: { readonly end?: boolean } = {}): void {
    const { chronicle, fleet } = this.#scene;
    const found = chronicle.judge(fleet.nowMs, when);
    this.#findings.push(...found);
    for (const each of found) this.#options.onFinding?.(each);
    if (this.#options.stopWhenBroken === true && this.#findings.length > 0) this.#untilMs = 0;
  }
}

function shuffled<T>(all: readonly T[], random: SeededRandom): T[] {
  const left = [...all];
  return all.map(() => left.splice(random.below(left.length), 1)[0]!);
}
