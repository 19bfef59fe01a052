import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisReply } from './ask-redis.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

/** What a test may ask of its servers and Sentinels. */
export interface RedisSentinelsOptions {
  /** How long the master may be silent before the Sentinels promote a replica, in milliseconds. @default 1000 */
  readonly downAfterMs?: number;
  /** Added to the command line of the three servers. */
  readonly args?: readonly string[];
}

const WITHIN_MS = 30_000;

/**
 * A real master with two replicas and the three Sentinels that watch them, on loopback ports, gone when the
 * test is. Each is a `RedisServer`, to be killed, paused and started like any other.
 */
export class RedisSentinels implements AsyncDisposable {
  /** What the Sentinels call the master. */
  readonly name = 'main';
  /** The first began as the master. */
  readonly servers: RedisServer[] = [];
  readonly sentinels: RedisServer[] = [];

  private constructor() {}

  /** Starts all six; resolves when the Sentinels know each other and the replicas are in step. */
  static async start(options: RedisSentinelsOptions = {}): Promise<RedisSentinels> {
    const set = new RedisSentinels();
    try {
      await set.#begin(options);
      return set;
    } catch (error) {
      await set.stop();
      throw error;
    }
  }

  /** Where clients ask for the master: `redis://127.0.0.1:port` of each Sentinel. */
  get urls(): string[] {
    return this.sentinels.map(({ url }) => url);
  }

  /** The master as most of the Sentinels that answer see it. */
  async master(): Promise<RedisServer> {
    const asked = this.sentinels.filter(({ isRunning, isPaused }) => isRunning && !isPaused);
    const ports = await Promise.all(asked.map((sentinel) => this.#masterPort(sentinel)));
    const [most] = ports.toSorted((a, b) => count(ports, b) - count(ports, a));
    const master = this.servers.find(({ port }) => port === most);
    if (master === undefined) throw new Error('the Sentinels know no master');
    return master;
  }

  /** Has the Sentinels promote a replica though nothing is wrong; resolves with the new master. */
  async failOver(): Promise<RedisServer> {
    const before = await this.master();
    await this.sentinels[0]!.ask('SENTINEL', 'FAILOVER', this.name);
    return this.waitForMaster((master) => master !== before);
  }

  /** Resolves with the master as soon as it is the one that is wanted, and says that it is one. */
  async waitForMaster(isWanted: (master: RedisServer) => boolean): Promise<RedisServer> {
    let found: RedisServer | undefined;
    await until('another master', async () => {
      found = await this.master();
      if (!isWanted(found) || !found.isRunning || found.isPaused) return false;
      return /role:master/.test(String(await found.ask('INFO', 'replication')));
    });
    return found!;
  }

  /** Resolves when a replica follows the master: one that asks for a replica confirms no write before. */
  async waitForReplica(): Promise<void> {
    await until('a replica to follow the master', async () => {
      const master = await this.master();
      return /role:master[^]*state=online/.test(String(await master.ask('INFO', 'replication')));
    });
  }

  /** Resolves with the master and its replicas when these have all that it had a moment before. */
  async inStep(): Promise<{ master: RedisServer; replicas: readonly RedisServer[] }> {
    let found: { master: RedisServer; replicas: readonly RedisServer[] } | undefined;
    await until('the replicas to have what the master has', async () => {
      const master = await this.master();
      const replicas = this.#others(master);
      const [end] = numbersIn(await master.ask('INFO', 'replication'), IS_MASTER);
      if (end === undefined) return false;
      const reached = await Promise.all(replicas.map((replica) => this.#reached(replica, master)));
      found = { master, replicas };
      return reached.every((offset) => offset >= end);
    });
    return found!;
  }

  /** Resolves when both replicas are in step with the master and every Sentinel counts all of them well. */
  async settled(): Promise<void> {
    await until('the Sentinels to settle', async () => {
      await this.inStep();
      const all = await Promise.all(this.sentinels.map((sentinel) => this.#isWell(sentinel)));
      return all.every(Boolean);
    });
  }

  /** Starts what was killed, and lets the paused go on; resolves when all is well again. */
  async repair(): Promise<void> {
    for (const server of [...this.servers, ...this.sentinels]) {
      if (server.isRunning) server.resume();
      else await server.start();
    }
    await until('the replicas to follow the master', () => this.#follow());
    await this.settled();
  }

  /** Ends all six; safe to call twice. */
  async stop(): Promise<void> {
    await Promise.all([...this.sentinels, ...this.servers].map((server) => server.stop()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #begin({ downAfterMs = 1000, args = [] }: RedisSentinelsOptions): Promise<void> {
    const all = ['--repl-diskless-sync-delay', '0', ...args];
    const master = await startRedis({ args: all });
    this.servers.push(master);
    for (let n = 0; n < 2; n++) {
      const replicaOf = ['--replicaof', '127.0.0.1', String(master.port)];
      this.servers.push(await startRedis({ args: [...all, ...replicaOf] }));
    }
    for (let n = 0; n < 3; n++) {
      const config = [
        `sentinel monitor ${this.name} 127.0.0.1 ${master.port} 2`,
        `sentinel down-after-milliseconds ${this.name} ${downAfterMs}`,
        `sentinel failover-timeout ${this.name} ${downAfterMs * 5}`,
        `sentinel parallel-syncs ${this.name} 2`,
      ];
      this.sentinels.push(await startRedis({ config, args: ['--sentinel'] }));
    }
    await this.settled();
  }

  #others(master: RedisServer): readonly RedisServer[] {
    return this.servers.filter((server) => server !== master);
  }

  /** Tells all others whom to follow, as the Sentinels would, but ten seconds later; gives whether they do. */
  async #follow(): Promise<boolean> {
    const master = await this.master();
    const isUp = await Promise.all(
      this.#others(master).map(async (server) => {
        await server.ask('REPLICAOF', '127.0.0.1', String(master.port));
        return Number.isFinite(await this.#reached(server, master));
      }),
    );
    return isUp.every(Boolean) && (await this.master()) === master;
  }

  /** How much of what a master wrote its replica has; -Infinity for one that is not connected to it. */
  async #reached(replica: RedisServer, master: RedisServer): Promise<number> {
    const info = await replica.ask('INFO', 'replication');
    const [port, offset] = numbersIn(info, IS_REPLICA);
    return port === master.port ? offset! : Number.NEGATIVE_INFINITY;
  }

  async #masterPort(sentinel: RedisServer): Promise<number> {
    const reply = await sentinel.ask('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', this.name);
    return Number((reply as readonly string[])[1]);
  }

  async #isWell(sentinel: RedisServer): Promise<boolean> {
    const info = String(await sentinel.ask('INFO', 'sentinel'));
    const { port } = await this.master();
    return new RegExp(`status=ok,address=127.0.0.1:${port},slaves=2,sentinels=3`).test(info);
  }
}

const IS_MASTER = /role:master[^]*master_repl_offset:(\d+)/;
const IS_REPLICA = /master_port:(\d+)[^]*master_link_status:up[^]*slave_repl_offset:(\d+)/;

function numbersIn(info: RedisReply, pattern: RegExp): number[] {
  return pattern.exec(String(info))?.slice(1).map(Number) ?? [];
}

function count(ports: readonly number[], port: number): number {
  return ports.filter((each) => each === port).length;
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`waited ${WITHIN_MS / 1000} s for ${what}`);
    await sleep(20);
  }
}
