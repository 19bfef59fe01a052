import { CacheError } from '../../core/errors.ts';
import { type Address, addressText, type Dial } from '../connections/connection.ts';
import type { Deployment, Translate } from './deployment.ts';
import {
  type IoredisClient,
  IoredisConnection,
  ioredisOptions,
} from '../connections/ioredis-connection.ts';
import { refuseKeyPrefix, refuseReplicas } from '../connections/refuse-client.ts';

/** What keepfresh needs of a `Cluster` of the package `ioredis` (5 or 6). */
export interface IoredisCluster {
  readonly isCluster: boolean;
  readonly options: object;
  nodes(role?: 'all'): readonly IoredisClient[];
}

type NatMap =
  | Readonly<Record<string, Address | undefined>>
  | ((address: string) => Address | null | undefined)
  | null
  | undefined;

/** Options of a `Redis` that decide where it leads. */
interface RedisModel {
  readonly keyPrefix?: unknown;
  readonly readOnly?: boolean;
  readonly role?: string;
  readonly name?: string;
  readonly sentinels?: readonly Partial<Address>[] | null;
  readonly sentinelUsername?: string | null;
  readonly sentinelPassword?: string | null;
  readonly sentinelTLS?: object;
  readonly enableTLSForSentinelMode?: boolean;
  readonly tls?: object;
  readonly natMap?: NatMap;
}

interface ClusterModel {
  readonly keyPrefix?: unknown;
  readonly scaleReads?: unknown;
  readonly natMap?: NatMap;
  readonly redisOptions?: object & RedisModel;
}

/** A node as `new Cluster([...])` takes it: a port, an address in words, or options. */
type StartupNode = number | string | Partial<Address>;

/** The deployment of a `Redis`: connections are duplicates of it. */
export function deploymentOfIoredis(client: IoredisClient, timeoutMs: number): Deployment {
  const model = client.options as RedisModel;
  refuseKeyPrefix(model.keyPrefix);
  if (model.readOnly === true) refuseReplicas('readOnly: true');
  if (model.role === 'slave') refuseReplicas("role: 'slave'");
  const duplicate = (overrides: object): IoredisClient =>
    client.duplicate({ ...ioredisOptions(timeoutMs), ...overrides });
  if (!model.sentinels || model.sentinels.length === 0) {
    return { kind: 'standalone', dial: async () => new IoredisConnection(duplicate({})) };
  }
  const dialWith =
    (overrides: object): Dial =>
    async (address) =>
      new IoredisConnection(duplicate({ sentinels: null, ...overrides, ...address }), address);
  return {
    kind: 'sentinel',
    name: model.name ?? '',
    sentinels: model.sentinels.map(({ host, port }) => ({
      host: host ?? '127.0.0.1',
      port: port ?? 26_379,
    })),
    dialSentinel: dialWith({
      username: model.sentinelUsername ?? undefined,
      password: model.sentinelPassword ?? undefined,
      tls: model.sentinelTLS,
      db: 0,
    }),
    // ioredis takes `tls` for the servers behind Sentinels only where it is told to.
    dial: dialWith({ tls: model.enableTLSForSentinelMode === true ? model.tls : undefined }),
    translate: translateBy(model.natMap),
  };
}

/** The deployment of a `Cluster`. */
export function deploymentOfIoredisCluster(cluster: IoredisCluster, timeoutMs: number): Deployment {
  const {
    keyPrefix,
    scaleReads = 'master',
    natMap,
    redisOptions,
  } = cluster.options as ClusterModel;
  refuseKeyPrefix(keyPrefix);
  refuseKeyPrefix(redisOptions?.keyPrefix);
  if (scaleReads !== 'master') refuseReplicas(`scaleReads: '${String(scaleReads)}'`);
  const dial: Dial = async (address) => {
    const Redis = await redisClassOf(cluster);
    const options = { ...redisOptions, ...ioredisOptions(timeoutMs), ...address };
    return new IoredisConnection(new Redis(options), address);
  };
  const { startupNodes = [] } = cluster as { startupNodes?: readonly StartupNode[] };
  return {
    kind: 'cluster',
    nodes: startupNodes.map(addressOf),
    dial,
    translate: translateBy(natMap),
  };
}

type RedisClass = new (options: object) => IoredisClient;

/** The class of the cluster's own connections, so that ours are of the same version. */
async function redisClassOf(cluster: IoredisCluster): Promise<RedisClass> {
  const [node] = cluster.nodes('all');
  if (node !== undefined) return node.constructor as RedisClass;
  try {
    return (await import('ioredis')).Redis as unknown as RedisClass;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new CacheError(
      'PEER_MISSING',
      'redis({ client }) with a Cluster that is not connected needs the package "ioredis". Run: npm install ioredis',
      { cause },
    );
  }
}

function addressOf(node: StartupNode): Address {
  if (typeof node === 'number') return { host: '127.0.0.1', port: node };
  if (typeof node === 'object') return { host: node.host ?? '127.0.0.1', port: node.port ?? 6379 };
  const url = URL.parse(node.includes('://') ? node : `redis://${node}`);
  return { host: url?.hostname ?? node, port: Number(url?.port || 6379) };
}

function translateBy(map: NatMap): Translate {
  if (map === undefined || map === null) return (address) => address;
  const find = typeof map === 'function' ? map : (text: string) => map[text];
  return (address) => find(addressText(address)) ?? address;
}
