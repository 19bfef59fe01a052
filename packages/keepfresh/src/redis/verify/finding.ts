/** What each finding of `verify` and each warning of a connection means, and what to do about it. */
export const findingCodes = {
  UNREACHABLE: {
    severity: 'error',
    meaning: 'A server cannot be reached, or refuses the user or password.',
    advice: 'Check address, credentials and encryption.',
  },
  OPTIONS: {
    severity: 'error',
    meaning: '`redis()` refuses the options or the client.',
    advice: 'Do what the message says.',
  },
  CLUSTER_MODE: {
    severity: 'error',
    meaning: 'The server belongs to a cluster, and was given as a single one.',
    advice: 'Use `redis({ cluster: { nodes } })`, or a cluster client.',
  },
  REPLICA: {
    severity: 'error',
    meaning: 'The server is a replica: it cannot be written, and what it says may be old.',
    advice: 'Give the address of the master, or of the Sentinels.',
  },
  SERVER_VERSION: {
    severity: 'error',
    meaning: 'The server is older than Redis 6.2.',
    advice: 'Update it.',
  },
  SCRIPTS: {
    severity: 'error',
    meaning: 'The scripts of the cache do not run.',
    advice:
      'Allow the user `+@all` or at least the commands in the operating guide, on `<name>:*` and `{<name>}:*`.',
  },
  MESSAGES: {
    severity: 'warning',
    meaning: 'The user may not subscribe. Invalidations are heard of four times in H only.',
    advice: 'Allow the user the channels `{<name>}:*`.',
  },
  SLOT_COVERAGE: {
    severity: 'error',
    meaning: 'Nobody serves some slots of the cluster.',
    advice: 'Repair the cluster: `redis-cli --cluster fix`.',
  },
  SENTINELS: {
    severity: 'warning',
    meaning: 'Some Sentinels cannot be reached, or there are fewer than three.',
    advice: 'Have three Sentinels, on machines that do not fail together.',
  },
  EVICTION_POLICY: {
    severity: 'warning',
    meaning:
      'The server may evict the log of invalidations, after which every cached value is invalid.',
    advice: 'Set `maxmemory-policy volatile-ttl`, or another `volatile` policy.',
  },
  NO_EVICTION: {
    severity: 'warning',
    meaning: 'When the server is full it stores no values; invalidations go on.',
    advice: 'Set `maxmemory-policy volatile-ttl`, or another `volatile` policy.',
  },
  NO_LIMIT: {
    severity: 'info',
    meaning: 'The server has no `maxmemory`: values that are not used stay until they expire.',
    advice: 'Set `maxmemory` below the memory of the machine.',
  },
  MIN_REPLICAS: {
    severity: 'warning',
    meaning:
      'The server has replicas, but `min-replicas-to-write` is 0: a failover, or a master that was cut off, may lose invalidations.',
    advice: 'Set `min-replicas-to-write 1` and `min-replicas-max-lag 10`, or use `durable`.',
  },
  NO_REPLICAS: {
    severity: 'info',
    meaning: 'The server has no replica: while it is away there is no shared cache.',
    advice: 'Add one if the source cannot bear the load of all processes.',
  },
  CLOCK_OFFSET: {
    severity: 'warning',
    meaning: 'Clocks differ. Freshness shifts by that much; what is valid does not.',
    advice: 'Run NTP on all machines.',
  },
  LATENCY: {
    severity: 'warning',
    meaning: 'The server answers slowly: a read waits 200 ms at most for all its commands.',
    advice: 'Bring the server closer, or raise `timeouts.remote`.',
  },
  SERVER: {
    severity: 'info',
    meaning: 'Which server was found, its version, and how fast it answers.',
    advice: 'Nothing to do.',
  },
} as const;

export type RedisFindingCode = keyof typeof findingCodes;

/** One thing that `verify` found. */
export interface RedisFinding {
  /** Listed in docs/reference/redis-findings.md. */
  readonly code: RedisFindingCode;
  /** `error`: the cache cannot work so. `warning`: a promise is weaker, or it is slow. */
  readonly severity: 'error' | 'warning' | 'info';
  /** What was found, and at which server. */
  readonly message: string;
  /** What to do. */
  readonly advice: string;
}

/** Makes a finding of a code. */
export function finding(code: RedisFindingCode, message: string): RedisFinding {
  const { severity, advice } = findingCodes[code];
  return { code, severity, message, advice };
}
