import { Cluster, Redis } from 'ioredis';
import { createClient, createCluster, createSentinel } from 'redis';
import type { RedisOptions } from '../../src/redis/index.ts';

/** Where Redis is, and what watches it. */
export type Topology = 'standalone' | 'sentinel' | 'cluster';

/** Through whose client a process speaks to it. */
export type ClientName = 'node-redis' | 'ioredis';

/** Where a process finds Redis: through a proxy of its own before each server. */
export interface Place {
  readonly topology: Topology;
  readonly client: ClientName;
  /** Ports of the proxies: of the server, of the Sentinels, or of the nodes. */
  readonly ports: readonly number[];
  /** What the Sentinels call the master. */
  readonly master: string;
  /** The address of each server, as the servers know it, to that of the proxy before it. */
  readonly proxies: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
}

/** What a process is told when it starts. */
export interface ChaosSetting {
  readonly place: Place;
  /** Of the cache: the same for all processes. */
  readonly cache: string;
  /** Of the process, in the history. */
  readonly process: string;
  /** No other process, and no other run of this one, has it. */
  readonly number: number;
  readonly seed: string;
  readonly maxLagMs: number;
  /** When the history begins, on the clock that all processes share, in nanoseconds. */
  readonly beginNs: string;
  /** Where the process writes down what happens to it. */
  readonly historyFile: string;
}

/** What `redis()` takes for a process there. */
export function remoteAt({ topology, client, ports, master, proxies }: Place): RedisOptions {
  const nodes = ports.map((port) => ({ host: '127.0.0.1', port }));
  const [first] = nodes;
  const lazy = { lazyConnect: true };
  const isIoredis = client === 'ioredis';
  switch (topology) {
    case 'standalone':
      if (isIoredis) return { client: new Redis({ ...first, ...lazy }) };
      return { client: createClient({ socket: first! }) };
    case 'sentinel':
      if (isIoredis) {
        const options = { name: master, sentinels: nodes, natMap: proxies, ...lazy };
        return { client: new Redis(options) };
      }
      return {
        client: createSentinel({ name: master, sentinelRootNodes: nodes, nodeAddressMap: proxies }),
      };
    case 'cluster':
      if (isIoredis) return { client: new Cluster(nodes, { natMap: proxies, ...lazy }) };
      return {
        client: createCluster({
          rootNodes: nodes.map((socket) => ({ socket })),
          nodeAddressMap: proxies,
        }),
      };
  }
}
