import { randomBytes } from 'node:crypto';
import { messageOf } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { clockOffset } from '../connections/clock-offset.ts';
import type { RedisArgument, RedisConnection } from '../connections/connection.ts';
import { finding, type RedisFinding } from './finding.ts';
import { readRedirection } from '../cluster/redirection.ts';
import { scriptFor, type LuaSource } from '../scripts/script.ts';
import { controlParts } from '../log/redis-log.ts';
import { acquireLua, beatFullyLua, releaseLua } from '../scripts/scripts.ts';
import { readServerInfo, type ServerInfo } from '../connections/server-info.ts';

/** What one master said. */
export interface VerifiedServer {
  readonly info: ServerInfo;
  /** Its wall clock minus ours, in milliseconds. */
  readonly offsetMs: number;
  readonly findings: readonly RedisFinding[];
}

const pings = 9;
const slowMs = 10;
const offsetToleratedMs = 500;
/** Where a node of a cluster sends what it would have run if it had the slot does not matter. */
const nowhere = { host: '', port: 0 };

/** Looks at the server at the other end of a connection. `where` names it in messages. */
export async function verifyServer(
  connection: RedisConnection,
  where: string,
  clock: Clock,
): Promise<VerifiedServer> {
  const info = readServerInfo(String(await connection.send(['INFO'])));
  const pingMs = await medianPing(connection, clock);
  const offsetMs = await clockOffset(connection, clock);
  const about = `${info.name} at ${where}`;
  const findings = [
    finding('SERVER', `${about} answers in ${pingMs.toFixed(1)} ms.`),
    ...[...info.warnings, ...info.notes].map((each) => at(where, each)),
  ];
  if (info.isReplica) findings.push(finding('REPLICA', `${about} is a replica.`));
  if (pingMs > slowMs)
    findings.push(finding('LATENCY', `${about} takes ${pingMs.toFixed(0)} ms for a PING.`));
  if (Math.abs(offsetMs) > offsetToleratedMs) {
    const direction = offsetMs > 0 ? 'ahead of' : 'behind';
    const ms = Math.abs(offsetMs).toFixed(0);
    findings.push(finding('CLOCK_OFFSET', `The clock of ${about} is ${ms} ms ${direction} ours.`));
  }
  return { info, offsetMs, findings };
}

/** Runs what a cache of this name runs, on keys that no cache uses, and removes what that left. */
export async function verifyScripts(
  connection: RedisConnection,
  where: string,
  { info, name }: { readonly info: ServerInfo; readonly name: string },
): Promise<readonly RedisFinding[]> {
  const run = (source: LuaSource, keys: readonly string[], args: readonly RedisArgument[]) => {
    const { text } = scriptFor(source, info.majorVersion);
    return connection.send(['EVAL', text, String(keys.length), ...keys, ...args]);
  };
  const token = randomBytes(16);
  const random = token.toString('hex', 0, 8);
  const value = `${name}:keepfresh-verify-${random}`;
  const control = controlParts.map((part) => `{${name}}:verify-${random}:${part}`);
  const useStore = async (): Promise<void> => {
    await run(acquireLua, [value], [token, '1000', '', '', '0']);
    await connection.send(['GET', value]);
    await run(releaseLua, [value], [token, '', '0']);
  };
  const useLog = async (): Promise<void> => {
    const member = [`m:${random}`, '1000', '', '0', '', '10'];
    await run(beatFullyLua, control, ['1000 10 10 1000', '', random, ...member]);
    await connection.send(['UNLINK', ...control]);
  };
  const used = await Promise.allSettled([useStore(), useLog()]);
  return used.flatMap((result) =>
    result.status === 'fulfilled' || readRedirection(result.reason, nowhere) !== undefined
      ? []
      : [finding('SCRIPTS', `Scripts do not run at ${where}: ${messageOf(result.reason)}`)],
  );
}

/** Subscribes to a channel of the kind a cache of this name uses. */
export async function verifyMessages(
  connection: RedisConnection,
  where: string,
  name: string,
): Promise<readonly RedisFinding[]> {
  try {
    await connection.subscribe(`{${name}}:verify`, () => {});
    return [];
  } catch (error) {
    return [finding('MESSAGES', `Cannot subscribe at ${where}: ${messageOf(error)}`)];
  }
}

function at(where: string, found: RedisFinding): RedisFinding {
  return { ...found, message: `${where}: ${found.message}` };
}

async function medianPing(connection: RedisConnection, clock: Clock): Promise<number> {
  const took: number[] = [];
  while (took.length < pings) {
    const start = clock.monotonic();
    await connection.send(['PING']);
    took.push(clock.monotonic() - start);
  }
  return took.toSorted((a, b) => a - b)[Math.floor(pings / 2)]!;
}
