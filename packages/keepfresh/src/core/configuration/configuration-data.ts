import type { EntryPolicy } from '../engine/entry-policy.ts';
import type { CacheOptions, EntryOptions } from '../options.ts';
import { formatDuration } from '../policy/duration.ts';
import { formatSize } from '../policy/size.ts';
import type { CacheConfiguration } from './cache-configuration.ts';
import type { Configuration, EntryConfiguration } from './configuration.ts';

type Full = { readonly [Name in keyof Configuration]-?: Exclude<Configuration[Name], undefined> };

/** The durations among the options of an entry, and what they are in its policy. */
const entryDurations = [
  ['ttl', 'ttlMs'],
  ['staleWhileRevalidate', 'staleWhileRevalidateMs'],
  ['staleIfError', 'staleIfErrorMs'],
  ['negativeTtl', 'negativeTtlMs'],
  ['errorTtl', 'errorTtlMs'],
  ['loadTimeout', 'loadTimeoutMs'],
  ['softTimeout', 'softTimeoutMs'],
  ['retryAfter', 'retryAfterMs'],
] as const satisfies readonly (readonly [keyof EntryOptions, keyof EntryPolicy])[];

/** Everything that is in force and is data, each amount written in one way: `'5m'`, whoever said 300,000. */
export function configurationData(
  options: CacheOptions<string>,
  configuration: CacheConfiguration,
): Full {
  const { name, memory, limits, loads, ahead, circuit, warming, sharing, resolver, never } =
    configuration;
  return {
    name,
    memory: memory === undefined ? false : memoryData(memory),
    coherence: { maxLag: formatDuration(limits.maxLagMs) },
    defaults: entryData(options.defaults ?? {}, resolver.resolve(undefined, 'defaults'), true),
    profiles: profilesData(options.profiles ?? {}, resolver),
    never: { patterns: never.patterns, throws: never.throws },
    sharing,
    timeouts: {
      remote: formatDuration(limits.budgetMs),
      invalidate: formatDuration(limits.invalidateMs),
      wait: formatDuration(limits.waitMs),
      lease: formatDuration(limits.leaseMs),
    },
    loads: {
      concurrent: loads.maxRunning,
      queued: loads.maxQueued,
      ahead: ahead.maxRunning,
      aheadQueued: ahead.maxQueued,
    },
    circuit: {
      failures: circuit.failures,
      slow: formatDuration(circuit.slowMs),
      share: circuit.badShare,
      open: formatDuration(circuit.openMs),
      longest: formatDuration(circuit.maxOpenMs),
    },
    warming: { remember: warming.most, every: formatDuration(warming.everyMs) },
  };
}

function profilesData(
  profiles: NonNullable<CacheOptions<string>['profiles']>,
  resolver: CacheConfiguration['resolver'],
): Full['profiles'] {
  const data = Object.entries(profiles).map(([profile, given]) => {
    const policy = resolver.resolve({ profile }, `profiles.${profile}`);
    return [profile, entryData(given, policy, false)] as const;
  });
  return Object.fromEntries(data);
}

function memoryData({
  maxBytes,
  maxEntries,
  policy,
}: NonNullable<CacheConfiguration['memory']>): Exclude<Full['memory'], false> {
  const named = typeof policy === 'string' ? { policy } : {};
  return { maxBytes: formatSize(maxBytes), maxEntries, ...named };
}

/** What an entry's options say, or with `all` what they come to. Tags that a function finds are no data. */
function entryData(
  given: EntryOptions<never, never>,
  policy: EntryPolicy,
  all: boolean,
): EntryConfiguration {
  const durations = entryDurations
    .filter(([name]) => all || given[name] !== undefined)
    // No soft timeout: nothing to be said.
    .filter(([, key]) => Number.isFinite(policy[key]));
  const numbers = (['jitter', 'earlyRefresh', 'refreshAhead'] as const).filter(
    (name) => all || given[name] !== undefined,
  );
  return {
    ...Object.fromEntries(durations.map(([name, key]) => [name, formatDuration(policy[key])])),
    ...Object.fromEntries(numbers.map((name) => [name, policy[name]])),
    ...(Array.isArray(given.tags) ? { tags: [...(given.tags as readonly string[])] } : {}),
  };
}
