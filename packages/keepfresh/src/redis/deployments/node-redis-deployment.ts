import { CacheError, invalidArgument } from '../../core/errors.ts';
import { type Address, addressText, type Dial } from '../connections/connection.ts';
import type { Deployment, Translate } from './deployment.ts';
import {
  type NodeRedisClient,
  NodeRedisConnection,
  nodeRedisOptions,
} from '../connections/node-redis-connection.ts';
import { refuseKeyPrefix, refuseReplicas } from '../connections/refuse-client.ts';

/** What keepfresh needs of a client made by `createCluster` of the package `redis` (node-redis 5 or 6). */
export interface NodeRedisCluster {
  readonly _options: object;
  nodeClient(node: never): unknown;
}

/** What keepfresh needs of a client made by `createSentinel` of the package `redis` (node-redis 5 or 6). */
export interface NodeRedisSentinel {
  duplicate(overrides?: object): unknown;
  getSentinelNode(): unknown;
}

type AddressMap =
  | Readonly<Record<string, Address | undefined>>
  | ((address: string) => Address | undefined)
  | undefined;

interface ClusterModel {
  readonly rootNodes: readonly ConnectionModel[];
  readonly defaults?: ConnectionModel;
  readonly RESP?: number;
  readonly useReplicas?: boolean;
  readonly keyPrefix?: unknown;
  readonly nodeAddressMap?: AddressMap;
}

interface SentinelModel {
  readonly name: string;
  readonly sentinelRootNodes: readonly Address[];
  readonly nodeClientOptions?: ConnectionModel;
  readonly sentinelClientOptions?: ConnectionModel;
  readonly RESP?: number;
  readonly replicaPoolSize?: number;
  readonly keyPrefix?: unknown;
  readonly nodeAddressMap?: AddressMap;
}

/** Options of a connection as node-redis takes them. */
interface ConnectionModel {
  readonly url?: string;
  readonly socket?: object;
}

/** The deployment of a client made by `createClient`: connections are duplicates of it. */
export function deploymentOfClient(client: NodeRedisClient, timeoutMs: number): Deployment {
  const { socket } = client.options ?? {};
  const dial: Dial = async () =>
    new NodeRedisConnection(client.duplicate(nodeRedisOptions(timeoutMs, socket)));
  return { kind: 'standalone', dial };
}

/** The deployment of a client made by `createCluster`. */
export function deploymentOfCluster(cluster: NodeRedisCluster, timeoutMs: number): Deployment {
  const { rootNodes, defaults, RESP, nodeAddressMap, ...rest } = cluster._options as ClusterModel;
  refuseKeyPrefix(rest.keyPrefix);
  if (rest.useReplicas === true) refuseReplicas('useReplicas: true');
  return {
    kind: 'cluster',
    nodes: rootNodes.map(addressOf),
    dial: nodeRedisDial({ ...defaults, ...(RESP === undefined ? {} : { RESP }) }, timeoutMs),
    translate: translateBy(nodeAddressMap),
  };
}

/** The deployment of a client made by `createSentinel`. */
export function deploymentOfSentinel(sentinel: NodeRedisSentinel, timeoutMs: number): Deployment {
  const model = modelOf(sentinel);
  refuseKeyPrefix(model.keyPrefix);
  if ((model.replicaPoolSize ?? 0) > 0) refuseReplicas(`replicaPoolSize: ${model.replicaPoolSize}`);
  const shared = model.RESP === undefined ? {} : { RESP: model.RESP };
  return {
    kind: 'sentinel',
    name: model.name,
    sentinels: model.sentinelRootNodes,
    dialSentinel: nodeRedisDial({ ...model.sentinelClientOptions, ...shared }, timeoutMs),
    dial: nodeRedisDial({ ...model.nodeClientOptions, ...shared }, timeoutMs),
    translate: translateBy(model.nodeAddressMap),
  };
}

/** Dials with node-redis, which it imports when it is first used. */
export function nodeRedisDial(model: ConnectionModel, timeoutMs: number): Dial {
  return async (address) => {
    const { createClient } = await importPeer();
    const { url, ...rest } = model;
    const where = address === undefined && url !== undefined ? { url } : {};
    const socket = { ...model.socket, ...address };
    const client = createClient({ ...rest, ...where, ...nodeRedisOptions(timeoutMs, socket) });
    return new NodeRedisConnection(client, address);
  };
}

/**
 * The options a Sentinel client was made with. It shows them to nobody but to the constructor that its
 * `duplicate` calls, so that is what we are for a moment.
 */
function modelOf(sentinel: NodeRedisSentinel): SentinelModel {
  let model: SentinelModel | undefined;
  function remember(options: SentinelModel): void {
    model = options;
  }
  const stand = Object.create(sentinel, { constructor: { value: remember } }) as object;
  sentinel.duplicate.call(Object.create(stand) as NodeRedisSentinel);
  if (model?.sentinelRootNodes !== undefined) return model;
  throw invalidArgument(
    'redis.client',
    'a client whose options can be read; give { sentinel } instead',
    'a sentinel client of another version',
  );
}

function addressOf({ url, socket }: ConnectionModel): Address {
  if (url !== undefined) {
    const { hostname, port } = new URL(url);
    return { host: hostname, port: Number(port || 6379) };
  }
  const { host = '127.0.0.1', port = 6379 } = (socket ?? {}) as Partial<Address>;
  return { host, port };
}

function translateBy(map: AddressMap): Translate {
  if (map === undefined) return (address) => address;
  const find = typeof map === 'function' ? map : (text: string) => map[text];
  return (address) => find(addressText(address)) ?? address;
}

async function importPeer(): Promise<typeof import('redis')> {
  try {
    return await import('redis');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new CacheError(
      'PEER_MISSING',
      'redis({ url }) needs the package "redis" (node-redis). Run: npm install redis',
      { cause },
    );
  }
}
