import { CacheError, messageOf } from '../../core/errors.ts';
import { systemClock } from '../../core/system-clock.ts';
import {
  type Address,
  addressText,
  type Dial,
  type RedisConnection,
} from '../connections/connection.ts';
import type { Deployment } from '../deployments/deployment.ts';
import { finding, type RedisFinding } from './finding.ts';
import { slotCount } from '../cluster/key-slot.ts';
import {
  type CheckedRedisOptions,
  checkRedisOptions,
  type RedisOptions,
} from '../redis-options.ts';
import { SentinelMaster } from '../deployments/sentinel-master.ts';
import type { ServerInfo } from '../connections/server-info.ts';
import { readSlotRanges, type SlotRange } from '../cluster/slot-map.ts';
import { useOnce } from '../connections/use-once.ts';
import { verifyMessages, verifyScripts, verifyServer } from './verify-server.ts';

/** What `verify` found. */
export interface RedisReport {
  /** Whether a cache can work so: nothing found is an error. */
  readonly ok: boolean;
  readonly findings: readonly RedisFinding[];
}

/** What `verify` needs to know of the cache. */
export interface VerifyOptions {
  /** Its name, which a user that may not touch all keys has to be allowed. @default 'keepfresh-verify' */
  readonly name?: string | undefined;
}

/** How the servers are asked. */
interface Look {
  readonly withinMs: number;
  readonly name: string;
}

const clock = systemClock;

/**
 * Checks whether a Redis suits a cache, before there is one: versions, settings, scripts, clocks, latency and,
 * in a cluster, whether all slots are served. Takes what `redis()` takes, opens connections of its own and
 * closes them. Never rejects: what goes wrong is a finding. Leaves nothing behind on the servers.
 */
export async function verify(
  options: RedisOptions,
  { name = 'keepfresh-verify' }: VerifyOptions = {},
): Promise<RedisReport> {
  const findings = await find(options, name);
  return { ok: findings.every(({ severity }) => severity !== 'error'), findings };
}

async function find(options: RedisOptions, name: string): Promise<readonly RedisFinding[]> {
  try {
    return await findAt(checkRedisOptions(options), name);
  } catch (error) {
    const isOption = error instanceof CacheError && error.code !== 'PEER_MISSING';
    return [finding(isOption ? 'OPTIONS' : 'UNREACHABLE', messageOf(error))];
  }
}

function findAt(
  { deployment, connectTimeout }: CheckedRedisOptions,
  name: string,
): Promise<RedisFinding[]> {
  const look = { withinMs: connectTimeout * 3, name };
  switch (deployment.kind) {
    case 'standalone':
      return findAtServer(deployment.dial, undefined, look);
    case 'sentinel':
      return findBehindSentinels(deployment, look);
    case 'cluster':
      return findInCluster(deployment, look);
  }
}

/** What is to be said of one server that stands alone, or of the master of a set. */
async function findAtServer(
  dial: Dial,
  address: Address | undefined,
  look: Look,
): Promise<RedisFinding[]> {
  const where = address === undefined ? 'the server' : addressText(address);
  return asked(where, dial, address, look, async (connection) => {
    const { info, findings } = await verifyServer(connection, where, clock);
    if (info.isClustered) {
      const message = `${info.name} at ${where} is a node of a cluster.`;
      return [...findings, finding('CLUSTER_MODE', message)];
    }
    if (info.isReplica) return [...findings];
    return [...findings, ...(await findByUse(connection, where, info, look))];
  });
}

async function findByUse(
  connection: RedisConnection,
  where: string,
  info: ServerInfo,
  { name }: Look,
): Promise<RedisFinding[]> {
  const scripts = await verifyScripts(connection, where, { info, name });
  return [...scripts, ...(await verifyMessages(connection, where, name))];
}

async function findBehindSentinels(
  deployment: Deployment & { readonly kind: 'sentinel' },
  look: Look,
): Promise<RedisFinding[]> {
  const { sentinels, dial } = deployment;
  const away = await silentSentinels(deployment, look);
  const found: RedisFinding[] = [];
  if (away.length > 0) found.push(finding('SENTINELS', `No answer from ${away.join(', ')}.`));
  if (sentinels.length < 3)
    found.push(finding('SENTINELS', `Only ${sentinels.length} Sentinels are named.`));
  const source = new SentinelMaster({ ...deployment, clock, connectTimeoutMs: look.withinMs });
  try {
    const { address } = await source.open();
    return [...found, ...(await findAtServer(dial, address, look))];
  } catch (error) {
    return [...found, finding('UNREACHABLE', `No master is known: ${messageOf(error)}`)];
  } finally {
    await source.close();
  }
}

async function silentSentinels(
  { sentinels, dialSentinel }: Deployment & { readonly kind: 'sentinel' },
  { withinMs }: Look,
): Promise<string[]> {
  const ping = async (sentinel: Address): Promise<unknown> =>
    useOnce(await dialSentinel(sentinel), { clock, withinMs }, (connection) =>
      connection.send(['PING']),
    );
  const pinged = await Promise.allSettled(sentinels.map(ping));
  return sentinels.filter((_, n) => pinged[n]?.status === 'rejected').map(addressText);
}

async function findInCluster(
  deployment: Deployment & { readonly kind: 'cluster' },
  look: Look,
): Promise<RedisFinding[]> {
  const ranges = await firstView(deployment, look);
  const masters = new Map(ranges.map(({ nodes: [master] }) => [addressText(master), master]));
  const found = await Promise.all(
    [...masters].map(([where, master]) =>
      asked(where, deployment.dial, master, look, async (connection) => {
        const { info, findings } = await verifyServer(connection, where, clock);
        return [...findings, ...(await findByUse(connection, where, info, look))];
      }),
    ),
  );
  const served = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  if (served === slotCount) return found.flat();
  const message = `${slotCount - served} of ${slotCount} slots are served by nobody.`;
  return [...found.flat(), finding('SLOT_COVERAGE', message)];
}

function firstView(
  { nodes, dial, translate }: Deployment & { readonly kind: 'cluster' },
  { withinMs }: Look,
): Promise<SlotRange[]> {
  const views = nodes.map(async (node) =>
    useOnce(await dial(node), { clock, withinMs }, async (connection) =>
      readSlotRanges(await connection.send(['CLUSTER', 'SLOTS']), node, translate),
    ),
  );
  return Promise.any(views);
}

/** Asks one server on a connection of its own; that it cannot be asked is a finding. */
async function asked(
  where: string,
  dial: Dial,
  address: Address | undefined,
  { withinMs }: Look,
  ask: (connection: RedisConnection) => Promise<RedisFinding[]>,
): Promise<RedisFinding[]> {
  try {
    return await useOnce(await dial(address), { clock, withinMs }, ask);
  } catch (error) {
    return [finding('UNREACHABLE', `${where}: ${messageOf(error)}`)];
  }
}
