import { setTimeout as sleep } from 'node:timers/promises';
import { freeClusterPort, startOnPort } from './free-port.ts';
import { RedisServer } from './redis-server.ts';

/** What a test may ask of its cluster. */
export interface RedisClusterOptions {
  /** How long a node may be silent before the others promote its replica, in milliseconds. @default 1000 */
  readonly nodeTimeoutMs?: number;
  /** Added to the command line of every node. */
  readonly args?: readonly string[];
}

/** A row of `CLUSTER SLOTS`: first and last slot, then the master and its replicas, each `[host, port, id]`. */
type SlotRow = readonly [number, number, ...Member[]];
type Member = readonly [string, number, string];

const MASTERS = 3;
const SLOTS = 16_384;
const WITHIN_MS = 30_000;

/**
 * A real Redis Cluster for a test: three masters with a replica each, on loopback ports, gone when the test
 * is. Every node is a `RedisServer`, to be killed, paused and started like any other.
 */
export class RedisCluster implements AsyncDisposable {
  /** First the three that were made masters, then their replicas in the same order. */
  readonly nodes: readonly RedisServer[];

  private constructor(nodes: readonly RedisServer[]) {
    this.nodes = nodes;
  }

  /** Starts the nodes and makes them a cluster; resolves when all replicas are in step. */
  static async start(options: RedisClusterOptions = {}): Promise<RedisCluster> {
    const started = await Promise.allSettled(
      Array.from({ length: 2 * MASTERS }, () => startNode(options)),
    );
    const nodes = started.flatMap((node) => (node.status === 'fulfilled' ? [node.value] : []));
    const cluster = new RedisCluster(nodes);
    try {
      for (const node of started) if (node.status === 'rejected') throw node.reason;
      await cluster.#join();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** Where clients may start: `redis://127.0.0.1:port` of each node. */
  get urls(): string[] {
    return this.nodes.map(({ url }) => url);
  }

  /** The slot of a key, as the servers count. */
  async slotOf(key: string): Promise<number> {
    return Number(await this.#anyRunning().ask('CLUSTER', 'KEYSLOT', key));
  }

  /** The master that owns a slot, as most of the nodes that run see it; undefined while it has none. */
  async ownerOf(slot: number): Promise<RedisServer | undefined> {
    return (await this.#shardOf(slot))[0];
  }

  /** The master under which a key is. Throws while it has none. */
  async masterOf(key: string): Promise<RedisServer> {
    const owner = await this.ownerOf(await this.slotOf(key));
    if (owner === undefined) throw new Error(`nobody owns the slot of ${key}`);
    return owner;
  }

  /** The replica of the master under which a key is. Throws while it has none. */
  async replicaOf(key: string): Promise<RedisServer> {
    const [, replica] = await this.#shardOf(await this.slotOf(key));
    if (replica === undefined) throw new Error(`the master of ${key} has no replica`);
    return replica;
  }

  /**
   * Makes the replica of a key's master the master, and resolves with it when it is. In the `orderly` way the
   * master hands over; with `force` it need not be there, with `takeover` nobody is asked at all. Leave a
   * replica four times the node timeout between two of its promotions: sooner it counts the old votes again.
   */
  async failOver(
    key: string,
    way: 'orderly' | 'force' | 'takeover' = 'orderly',
  ): Promise<RedisServer> {
    const how = way === 'orderly' ? [] : [way.toUpperCase()];
    let replica: RedisServer | undefined;
    let askAgainAt = 0;
    await until(`the replica of ${key} to be its master`, async () => {
      replica ??= await this.replicaOf(key);
      if ((await this.ownerOf(await this.slotOf(key))) === replica) return true;
      // One that the other masters do not vote for is given up in silence.
      if (Date.now() < askAgainAt) return false;
      askAgainAt = Date.now() + 2_000;
      await replica.ask('CLUSTER', 'FAILOVER', ...how);
      return false;
    });
    return this.waitForMaster(key, (master) => master === replica);
  }

  /** Resolves with a key's master as soon as it is the one that is wanted, and says that it is one. */
  async waitForMaster(
    key: string,
    isWanted: (master: RedisServer) => boolean,
  ): Promise<RedisServer> {
    const slot = await this.slotOf(key);
    let found: RedisServer | undefined;
    await until(`another master of ${key}`, async () => {
      found = await this.ownerOf(slot);
      if (found === undefined || !isWanted(found)) return false;
      return /role:master/.test(String(await found.ask('INFO', 'replication')));
    });
    return found!;
  }

  /** Keeps the replica of a key's master from becoming the master, however long that one is away, until `allow`. */
  async forbidFailover(key: string): Promise<{ allow(): Promise<unknown> }> {
    const replica = await this.replicaOf(key);
    await replica.ask('CONFIG', 'SET', 'cluster-replica-no-failover', 'yes');
    return { allow: () => allowFailover(replica) };
  }

  /**
   * Moves a slot with its keys to another master, some keys at a time, as `redis-cli --cluster reshard` does.
   * `between` is awaited after each step, while the slot is on two nodes.
   */
  async moveSlot(
    slot: number,
    to: RedisServer,
    between: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<void> {
    const from = await this.ownerOf(slot);
    if (from === undefined || from === to) throw new Error(`slot ${slot} cannot be moved there`);
    const [fromId, toId] = [await idOf(from), await idOf(to)];
    await to.ask('CLUSTER', 'SETSLOT', `${slot}`, 'IMPORTING', fromId);
    await from.ask('CLUSTER', 'SETSLOT', `${slot}`, 'MIGRATING', toId);
    await between();
    for (;;) {
      const keys = (await from.ask('CLUSTER', 'GETKEYSINSLOT', `${slot}`, '1')) as string[];
      if (keys.length === 0) break;
      await from.ask('MIGRATE', '127.0.0.1', `${to.port}`, '', '0', '5000', 'KEYS', ...keys);
      await between();
    }
    for (const node of [to, from]) await node.ask('CLUSTER', 'SETSLOT', `${slot}`, 'NODE', toId);
    await until(`slot ${slot} to be moved`, async () => (await this.ownerOf(slot)) === to);
  }

  /**
   * Resolves when every node runs and sees all slots served, by the same masters and of the same epoch, and
   * each replica is in step with its master. A master killed before that may find no successor.
   */
  async settled(): Promise<void> {
    await until('the cluster to settle', async () => {
      const views = await Promise.all(this.nodes.map(viewWhenSettled));
      return views.every((view) => view !== undefined && view === views[0]);
    });
  }

  /** Starts the nodes that were killed, and lets the paused ones go on; resolves when all is well again. */
  async repair(): Promise<void> {
    for (const node of this.nodes) {
      if (node.isRunning) node.resume();
      else await node.start();
      await allowFailover(node);
    }
    await this.settled();
  }

  /** Ends all nodes; safe to call twice. */
  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #join(): Promise<void> {
    const [first, ...others] = this.nodes;
    // Distinct from the start: equal ones would be settled by elections, which take their time.
    const epochs = this.nodes.map((node, n) => node.ask('CLUSTER', 'SET-CONFIG-EPOCH', `${n + 1}`));
    await Promise.all(epochs);
    await Promise.all(this.nodes.slice(0, MASTERS).map(giveSlots));
    for (const node of others) await first!.ask('CLUSTER', 'MEET', '127.0.0.1', `${node.port}`);
    await until('the nodes to meet', async () => {
      const infos = await Promise.all(this.nodes.map((node) => node.ask('CLUSTER', 'INFO')));
      return infos.every((info) => /cluster_state:ok[^]*cluster_known_nodes:6/.test(String(info)));
    });
    for (let n = 0; n < MASTERS; n++) {
      const masterId = await idOf(this.nodes[n]!);
      await this.nodes[n + MASTERS]!.ask('CLUSTER', 'REPLICATE', masterId);
    }
    await this.settled();
  }

  /** The master of a slot and its replicas, as most of the nodes that answer see them. */
  async #shardOf(slot: number): Promise<RedisServer[]> {
    const views = await Promise.all(this.nodes.map((node) => shardSeenBy(node, slot)));
    const counts = new Map<number, { votes: number; ports: number[] }>();
    for (const ports of views) {
      if (ports?.[0] === undefined) continue;
      const votes = (counts.get(ports[0])?.votes ?? 0) + 1;
      counts.set(ports[0], { votes, ports });
    }
    const [most] = [...counts.values()].toSorted((a, b) => b.votes - a.votes);
    return (most?.ports ?? []).flatMap(
      (port) => this.nodes.find((node) => node.port === port) ?? [],
    );
  }

  #anyRunning(): RedisServer {
    const running = this.nodes.find(({ isRunning, isPaused }) => isRunning && !isPaused);
    if (running === undefined) throw new Error('no node of the cluster runs');
    return running;
  }
}

function startNode({ nodeTimeoutMs = 1000, args = [] }: RedisClusterOptions): Promise<RedisServer> {
  const timing = [
    '--cluster-node-timeout',
    String(nodeTimeoutMs),
    '--repl-diskless-sync-delay',
    '0',
  ];
  // A slot that nobody serves is no reason to refuse the others.
  const cluster = ['--cluster-enabled', 'yes', '--cluster-require-full-coverage', 'no'];
  const all = [...cluster, ...timing, ...args];
  return startOnPort(undefined, (port) => RedisServer.create(port, { args: all }), freeClusterPort);
}

function allowFailover(node: RedisServer): Promise<unknown> {
  return node.ask('CONFIG', 'SET', 'cluster-replica-no-failover', 'no');
}

async function giveSlots(node: RedisServer, n: number): Promise<void> {
  const from = Math.floor((SLOTS * n) / MASTERS);
  const to = Math.floor((SLOTS * (n + 1)) / MASTERS);
  const slots = Array.from({ length: to - from }, (_, slot) => String(from + slot));
  await node.ask('CLUSTER', 'ADDSLOTS', ...slots);
}

async function idOf(node: RedisServer): Promise<string> {
  return String(await node.ask('CLUSTER', 'MYID'));
}

/** The ports of a slot's master and replicas as one node sees them; undefined when it does not answer. */
async function shardSeenBy(node: RedisServer, slot: number): Promise<number[] | undefined> {
  if (!node.isRunning || node.isPaused) return undefined;
  try {
    const rows = (await node.ask('CLUSTER', 'SLOTS')) as unknown as SlotRow[];
    const row = rows.find(([first, last]) => first <= slot && slot <= last);
    if (row === undefined) return undefined;
    const [, , ...members] = row;
    return members.map(([, port]) => port);
  } catch {
    return undefined;
  }
}

/** The epoch and who serves what, in the eyes of a node with which all is well; undefined otherwise. */
async function viewWhenSettled(node: RedisServer): Promise<string | undefined> {
  const replication = String(await node.ask('INFO', 'replication'));
  const isInStep = /master_link_status:up|role:master[^]*slave0:.*state=online/.test(replication);
  const cluster = String(await node.ask('CLUSTER', 'INFO'));
  const isServed = /cluster_state:ok[^]*cluster_slots_ok:16384/.test(cluster);
  if (!isInStep || !isServed) return undefined;
  const epoch = /cluster_current_epoch:\d+/.exec(cluster)?.[0];
  const rows = (await node.ask('CLUSTER', 'SLOTS')) as unknown as SlotRow[];
  const who = rows.map(([first, last, ...members]) => [
    first,
    last,
    ...members.map(([, port]) => port),
  ]);
  return JSON.stringify([epoch, who.toSorted()]);
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`waited ${WITHIN_MS / 1000} s for ${what}`);
    await sleep(20);
  }
}
