import { finding, type RedisFinding } from '../verify/finding.ts';

/** What a connection wants to know of the server behind it. */
export interface ServerInfo {
  /** Changes whenever the server process starts: its history may have been cut. */
  readonly runId: string;
  /** What it is and which version: `Redis 7.0.15`, `Valkey 8.1.0`. */
  readonly name: string;
  /** Of Redis, or of the Redis it is compatible with: decides in which form it takes scripts. */
  readonly majorVersion: number;
  readonly isReplica: boolean;
  /** Whether it is a node of a cluster. */
  readonly isClustered: boolean;
  readonly replicas: number;
  /** What weakens a promise. */
  readonly warnings: readonly RedisFinding[];
  /** Settings that an operator may want to think about. */
  readonly notes: readonly RedisFinding[];
}

type Fields = ReadonlyMap<string, string>;

/** Reads the answer to `INFO`. What a server does not say counts as harmless. */
export function readServerInfo(text: string): ServerInfo {
  const fields = new Map<string, string>();
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  const version = fields.get('redis_version') ?? 'unknown';
  const replicas = Number(fields.get('connected_slaves') ?? 0);
  return {
    runId: fields.get('run_id') ?? '',
    name: nameOf(fields, version),
    majorVersion: Number.parseInt(version, 10) || 0,
    isReplica: /^(slave|replica)$/.test(fields.get('role') ?? ''),
    isClustered: fields.get('redis_mode') === 'cluster' || fields.get('cluster_enabled') === '1',
    replicas,
    warnings: warningsFor(fields, version),
    notes: notesOn(fields, replicas),
  };
}

/** Valkey says which Redis it is compatible with, and its own version beside that. */
function nameOf(fields: Fields, version: string): string {
  const valkey = fields.get('valkey_version');
  return valkey === undefined ? `Redis ${version}` : `Valkey ${valkey}`;
}

function warningsFor(fields: Fields, version: string): RedisFinding[] {
  const warnings: RedisFinding[] = [];
  if (isOlder(version, 6, 2)) {
    const message = `Redis ${version} is too old: invalidations need 6.2 or newer.`;
    warnings.push(finding('SERVER_VERSION', message));
  }
  const policy = fields.get('maxmemory_policy') ?? '';
  if (policy.startsWith('allkeys') && isLimited(fields)) {
    const message = `maxmemory-policy ${policy} may evict the log of invalidations, after which every cached value is invalid: use volatile-ttl or another volatile policy.`;
    warnings.push(finding('EVICTION_POLICY', message));
  }
  if (Number(fields.get('connected_slaves')) > 0 && !fields.has('min_slaves_good_slaves')) {
    const message =
      'This Redis has replicas but min-replicas-to-write is 0: invalidations may be lost by a failover, and by a master that was cut off.';
    warnings.push(finding('MIN_REPLICAS', message));
  }
  return warnings;
}

function notesOn(fields: Fields, replicas: number): RedisFinding[] {
  const notes: RedisFinding[] = [];
  if (!isLimited(fields) && fields.has('maxmemory'))
    notes.push(finding('NO_LIMIT', 'maxmemory is 0: the server takes all the memory there is.'));
  if (isLimited(fields) && fields.get('maxmemory_policy') === 'noeviction')
    notes.push(
      finding('NO_EVICTION', 'maxmemory-policy is noeviction: a full server stores no values.'),
    );
  if (replicas === 0) notes.push(finding('NO_REPLICAS', 'The server has no replica.'));
  return notes;
}

function isLimited(fields: Fields): boolean {
  return Number(fields.get('maxmemory')) > 0;
}

function isOlder(version: string, major: number, minor: number): boolean {
  const [first, second] = version.split('.').map(Number);
  if (first === undefined || second === undefined || Number.isNaN(first + second)) return false;
  return first < major || (first === major && second < minor);
}
