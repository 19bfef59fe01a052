import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Actor } from '../../../../test/adversarial/actor.ts';
import type { Chronicle } from './chronicle.ts';
import type { Measured } from './measure.ts';
import { type Mood, Proxy } from './proxy.ts';
import type { ChaosSetting, ClientName, Topology } from './setting.ts';
import { SharedTime } from './shared-time.ts';

/** What all processes of a fleet are told. */
export interface FleetOptions {
  readonly topology: Topology;
  /** Ports of the servers where clients begin: of the server, of the Sentinels, or of the nodes. */
  readonly entrances: readonly number[];
  /** Ports of all servers. */
  readonly servers: readonly number[];
  readonly master: string;
  readonly cache: string;
  readonly seed: string;
  readonly maxLagMs: number;
  /** The client of each process: so many processes there are. */
  readonly clients: readonly ClientName[];
  /** The module that is run: another one for a changed copy of the library. */
  readonly program: string;
  readonly chronicle: Chronicle;
}

const startWithinMs = 300_000;
const upWithinMs = 180_000;
const sampleWithinMs = 10_000;

/** The processes that share a cache, each behind proxies of its own. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'keepfresh-chaos-'));
  readonly #beginNs: string = String(process.hrtime.bigint());
  readonly #time: SharedTime = new SharedTime(this.#beginNs);
  readonly #members: Member[] = [];
  #started = 0;

  private constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** Starts all processes; they do nothing yet. */
  static async start(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(options);
    try {
      for (const client of options.clients) {
        const proxies = await Promise.all(options.servers.map((port) => Proxy.start(port)));
        fleet.#members.push({ client, proxies, runs: 0, actor: undefined, name: '' });
      }
      await Promise.all(fleet.#members.map((member) => fleet.#run(member)));
      return fleet;
    } catch (error) {
      await fleet.stop();
      throw error;
    }
  }

  get size(): number {
    return this.#members.length;
  }

  get nowMs(): number {
    return this.#time.now;
  }

  /** Calls a function of each process. */
  callAll<T>(name: string, withinMs?: number): Promise<T[]> {
    return Promise.all(this.#members.map(({ actor }) => actor!.call<T>(name, [], withinMs)));
  }

  measure(): Promise<Measured[]> {
    return this.callAll<Measured>('measure');
  }

  /** What each process holds, by the name of its run; one that is stopped or being started is left out. */
  async sample(): Promise<ReadonlyMap<string, Measured>> {
    const asked = this.#members.map(async ({ actor, name }) => {
      return [name, await actor!.call<Measured>('measure', [], sampleWithinMs)] as const;
    });
    const answers = await Promise.allSettled(asked);
    return new Map(answers.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])));
  }

  /** Resolves when all processes are up, with how long that took in milliseconds. */
  async whenUp(): Promise<number> {
    const from = this.nowMs;
    while (!(await this.callAll<boolean>('isUp')).every(Boolean)) {
      if (this.nowMs - from > upWithinMs)
        throw new Error('the processes did not recover in 3 minutes');
      await sleep(20);
    }
    return this.nowMs - from;
  }

  /** Resolves when nothing is pending in any process. */
  async whenPlaced(): Promise<void> {
    const from = this.nowMs;
    while ((await this.callAll<number>('pending')).some((count) => count > 0)) {
      if (this.nowMs - from > upWithinMs)
        throw new Error('invalidations are pending after 3 minutes');
      await sleep(50);
    }
  }

  /** Puts the proxies of a process into a mood for some time. */
  async disturb(index: number, mood: Mood, forMs: number): Promise<void> {
    const { proxies } = this.#members[index]!;
    for (const proxy of proxies) proxy.mood = mood;
    await sleep(forMs);
    for (const proxy of proxies) proxy.mood = 'open';
  }

  /** Stops a process as SIGSTOP does, and lets it go on. */
  async freeze(index: number, forMs: number): Promise<void> {
    const { actor, name } = this.#members[index]!;
    const goesOn = this.#options.chronicle.stopped(name, this.nowMs);
    // A shell of its own, so that nobody stays stopped when this process ends meanwhile.
    const script = 'kill -STOP "$1"; sleep "$2"; kill -CONT "$1"';
    const args = ['-c', script, 'freeze', String(actor!.pid), String(forMs / 1000)];
    await once(spawn('/bin/sh', args, { detached: true, stdio: 'ignore' }), 'exit');
    goesOn(this.nowMs);
  }

  /** Ends a process without a word, after its commit in a mutation if it may, and starts another run of it. */
  async kill(index: number, way: 'at once' | 'in a mutation'): Promise<void> {
    const member = this.#members[index]!;
    const { actor } = member;
    if (way === 'in a mutation') {
      await actor!.call('dieInMutation');
      await Promise.race([actor!.ended, sleep(2_000)]);
    }
    await this.#end(member);
    await this.#runAndBegin(member);
  }

  /** Has a process close its cache and end, and starts another run of it. */
  async closeOne(index: number): Promise<void> {
    const member = this.#members[index]!;
    await member.actor!.call('end');
    await member.actor!.call('close');
    await this.#end(member);
    await this.#runAndBegin(member);
  }

  /** Ends all processes and proxies; safe to call twice. */
  async stop(): Promise<void> {
    await Promise.all(this.#members.map(async ({ actor }) => actor?.end()));
    await Promise.all(this.#members.flatMap(({ proxies }) => proxies.map((each) => each.stop())));
    this.#members.length = 0;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(member: Member): Promise<void> {
    await member.actor?.end();
    this.#options.chronicle.ended(member.name);
  }

  async #runAndBegin(member: Member): Promise<void> {
    await this.#run(member);
    await member.actor!.call('begin');
  }

  async #run(member: Member): Promise<void> {
    const { chronicle, program, seed, cache, maxLagMs } = this.#options;
    const number = ++this.#started;
    const letter = String.fromCharCode(65 + this.#members.indexOf(member));
    member.runs++;
    member.name = member.runs === 1 ? letter : `${letter}${member.runs}`;
    const historyFile = join(this.#folder, member.name);
    const setting: ChaosSetting = {
      ...{ number, seed, cache, maxLagMs, historyFile },
      process: member.name,
      beginNs: this.#beginNs,
      place: this.#placeOf(member),
    };
    member.actor = Actor.start(program);
    chronicle.follow(member.name, historyFile);
    await member.actor.call('open', [setting], startWithinMs);
  }

  #placeOf({ client, proxies }: Member): ChaosSetting['place'] {
    const { topology, servers, entrances, master } = this.#options;
    const proxyOf = (port: number): number => proxies[servers.indexOf(port)]!.port;
    return {
      topology,
      client,
      master,
      ports: entrances.map(proxyOf),
      proxies: Object.fromEntries(
        servers.map((port) => [`127.0.0.1:${port}`, { host: '127.0.0.1', port: proxyOf(port) }]),
      ),
    };
  }
}

/** One of the processes, run after run. */
interface Member {
  readonly client: ClientName;
  /** In the order of the servers. */
  readonly proxies: readonly Proxy[];
  runs: number;
  actor: Actor | undefined;
  name: string;
}
