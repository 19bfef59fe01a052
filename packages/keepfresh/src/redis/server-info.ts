import type { RemoteWarning } from '../core/ports/remote.ts';

/** What a connection wants to know of the server behind it. */
export interface ServerInfo {
  /** Changes whenever the server process starts: its history may have been cut. */
  readonly runId: string;
  readonly version: string;
  readonly majorVersion: number;
  readonly isReplica: boolean;
  readonly warnings: readonly RemoteWarning[];
}

/** Reads the answer to `INFO`. What a server does not say counts as harmless. */
export function readServerInfo(text: string): ServerInfo {
  const fields = new Map<string, string>();
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  const version = fields.get('redis_version') ?? 'unknown';
  return {
    runId: fields.get('run_id') ?? '',
    version,
    majorVersion: Number.parseInt(version, 10) || 0,
    isReplica: fields.get('role') === 'slave',
    warnings: warningsFor(fields, version),
  };
}

function warningsFor(fields: ReadonlyMap<string, string>, version: string): RemoteWarning[] {
  const warnings: RemoteWarning[] = [];
  if (isOlder(version, 6, 2)) {
    const message = `Redis ${version} is too old: invalidations need 6.2 or newer.`;
    warnings.push({ code: 'SERVER_VERSION', message });
  }
  const policy = fields.get('maxmemory_policy') ?? '';
  if (policy.startsWith('allkeys') && Number(fields.get('maxmemory')) > 0) {
    const message = `maxmemory-policy ${policy} may evict the log of invalidations, after which every cached value is invalid: use volatile-ttl or another volatile policy.`;
    warnings.push({ code: 'EVICTION_POLICY', message });
  }
  if (Number(fields.get('connected_slaves')) > 0 && !fields.has('min_slaves_good_slaves')) {
    const message =
      'This Redis has replicas but min-replicas-to-write is 0: invalidations may be lost by a failover, and by a master that was cut off.';
    warnings.push({ code: 'MIN_REPLICAS', message });
  }
  return warnings;
}

function isOlder(version: string, major: number, minor: number): boolean {
  const [first, second] = version.split('.').map(Number);
  if (first === undefined || second === undefined || Number.isNaN(first + second)) return false;
  return first < major || (first === major && second < minor);
}
