import type { History } from './history.ts';
import { strike } from './faults.ts';
import { Network } from './network.ts';
import { Observer } from './observer.ts';
import type { Plan, Step } from './plan.ts';
import { Servers } from './servers.ts';
import { SimulatedProcess, type Surroundings } from './simulated-process.ts';
import { VirtualTime } from './virtual-time.ts';
import { Workload } from './workload.ts';

/** Everything of one simulation: time, servers, network, processes and what they do. */
export class World implements Surroundings {
  readonly plan: Plan;
  readonly time: VirtualTime = new VirtualTime();
  readonly servers: Servers;
  readonly network: Network;
  readonly observer: Observer;
  readonly minority = new Set<number>();
  readonly workload: Workload<SimulatedProcess>;
  readonly #running = new Map<number, SimulatedProcess>();
  readonly #runs = new Map<number, number>();

  constructor(plan: Plan) {
    const { time } = this;
    const seed = String(plan.seed);
    this.plan = plan;
    this.observer = new Observer(time, plan);
    this.servers = new Servers(time, { seed, retentionMs: plan.retentionMs });
    const slowestReturnMs = Math.min(...plan.maxLagMs) / 2;
    this.network = new Network({ time, seed, delays: plan.delays, slowestReturnMs });
    this.workload = new Workload(this.observer, (process) => this.end(process, 500));
    if (plan.steps.some((step) => 'fault' in step && step.fault.kind === 'restart')) {
      this.servers.start();
    }
    for (const index of plan.maxLagMs.keys()) this.#start(index);
    for (const step of plan.steps) time.at(step.at, () => this.#take(step));
  }

  /** The processes that run. */
  get processes(): SimulatedProcess[] {
    return [...this.#running.values()];
  }

  get history(): History {
    return this.observer.history;
  }

  process(index: number): SimulatedProcess | undefined {
    return this.#running.get(index);
  }

  /** A process ends without a word; another run of it starts later. */
  end(process: SimulatedProcess, restartAfterMs: number): void {
    process.crash();
    if (this.#running.get(process.index) !== process) return;
    this.#running.delete(process.index);
    this.time.after(restartAfterMs, () => this.#start(process.index));
  }

  close(process: SimulatedProcess, restartAfterMs: number): void {
    this.#running.delete(process.index);
    void process.close();
    this.time.after(restartAfterMs + 1_500, () => {
      if (process.host.alive) process.crash();
      this.#start(process.index);
    });
  }

  #start(index: number): void {
    const run = (this.#runs.get(index) ?? 0) + 1;
    this.#runs.set(index, run);
    this.#running.set(index, new SimulatedProcess(this, index, run));
  }

  #take(step: Step): void {
    if ('fault' in step) return strike(this, step.fault);
    const process = this.#running.get(step.process);
    process?.host.deliver(() => void this.workload.perform(process, step.action));
  }
}
