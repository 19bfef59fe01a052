import { checkNames, oneOf, wholeNumber, withMethods } from '../check-options.ts';
import { jsonCodec } from '../codecs/json-codec.ts';
import type { EngineLimits } from '../engine/engine-parts.ts';
import type { Sharing } from '../engine/memory/sealed.ts';
import { EntryOptionsResolver } from '../entry-options-resolver.ts';
import { entryNames } from '../entry-options.ts';
import { CacheError, invalidArgument } from '../errors.ts';
import type {
  CacheOptions,
  CircuitOptions,
  CoherenceOptions,
  LoadOptions,
  MemoryOptions,
  TimeoutOptions,
  WarmingOptions,
} from '../options.ts';
import type { CircuitLimits } from '../policy/breaker.ts';
import { parseDuration } from '../policy/duration.ts';
import { checkPattern } from '../policy/key-check.ts';
import { NeverKeys } from '../policy/never-keys.ts';
import { defaultMaxTtlMs } from '../policy/expiry.ts';
import { parseSize } from '../policy/size.ts';
import type { Clock } from '../ports/clock.ts';
import type { Codec } from '../ports/codec.ts';
import type { EvictionPolicyFactory, EvictionPolicyName } from '../ports/eviction-policy.ts';
import type { Logger } from '../ports/logger.ts';
import { processWarnings } from '../process-warnings.ts';
import type { Random } from '../ports/random.ts';
import type { Remote } from '../ports/remote.ts';
import { systemClock } from '../system-clock.ts';
import { systemRandom } from '../system-random.ts';
import type { HotStore } from '../warming/hot-calls.ts';
import type { WarmingPlan } from '../warming/warming.ts';
import { isPlainObject } from './merge-patch.ts';
import { Problems } from './problems.ts';

/** The options of `createCache`, checked, with every default filled in. */
export interface CacheConfiguration {
  readonly name: string;
  readonly memory:
    | {
        readonly maxBytes: number;
        readonly maxEntries: number;
        readonly policy: EvictionPolicyName | EvictionPolicyFactory;
        readonly weigh: MemoryOptions['weigh'];
      }
    | undefined;
  readonly remote: Remote | undefined;
  /** Its fields change with the configuration. */
  readonly limits: { -readonly [Name in keyof EngineLimits]: EngineLimits[Name] };
  readonly loads: { readonly maxRunning: number; readonly maxQueued: number };
  /** The same for refreshes ahead. */
  readonly ahead: { readonly maxRunning: number; readonly maxQueued: number };
  readonly circuit: CircuitLimits;
  readonly warming: WarmingPlan;
  readonly sharing: Sharing;
  readonly codec: Codec;
  readonly resolver: EntryOptionsResolver;
  readonly never: NeverKeys;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Most patterns of `never`: each is compared with every key that is not in memory. */
const mostNever = 1_000;
/** The default first. */
const policyNames = ['s3-fifo', 'lru', 'lfu', 'fifo', 'ttl'] as const;
const minute = 60_000;
const hour = 60 * minute;
const names: readonly (keyof CacheOptions)[] = [
  'name',
  'memory',
  'remote',
  'coherence',
  'defaults',
  'profiles',
  'never',
  'sharing',
  'timeouts',
  'loads',
  'circuit',
  'warming',
  'codec',
  'logger',
  'clock',
  'random',
];

/** Checks the options and fills in the defaults. Throws INVALID_ARGUMENT that names every field that is wrong. */
export function configurationOf(
  options: CacheOptions<string>,
  field = 'createCache options',
): CacheConfiguration {
  checkAll(options, field);
  const timeouts = timeoutsOf(options.timeouts ?? {});
  return {
    name: nameOf(options.name),
    memory: options.memory === false ? undefined : memoryOf(options.memory ?? {}),
    remote: remoteOf(options.remote),
    limits: {
      maxLagMs: maxLagOf(options.coherence ?? {}),
      maxTtlMs: defaultMaxTtlMs,
      budgetMs: timeouts.remote,
      waitMs: timeouts.wait,
      leaseMs: timeouts.lease,
      invalidateMs: timeouts.invalidate,
    },
    ...loadsOf(options.loads ?? {}),
    circuit: circuitOf(options.circuit ?? {}),
    warming: warmingOf(options.warming ?? {}),
    sharing: sharingOf(options.sharing),
    resolver: EntryOptionsResolver.of(options.defaults, options.profiles),
    never: neverOf(options.never),
    ...portsOf(options),
  };
}

/** Each field by itself, as it is checked below. */
function checkAll(options: CacheOptions<string>, field: string): void {
  if (!isPlainObject(options)) return checkNames(options, field, names);
  const problems = new Problems();
  problems.checkFields(options, (part) => checkOwnNames(part, field));
  const { memory, coherence, defaults, profiles, never, timeouts, loads } = options;
  problems.check(() => nameOf(options.name));
  if (memory !== false) problems.checkFields(memory, memoryOf);
  problems.check(() => remoteOf(options.remote));
  problems.checkFields(coherence, maxLagOf);
  problems.checkFields(defaults, (part) => EntryOptionsResolver.of(part, undefined));
  problems.check(() => checkProfiles(profiles));
  for (const [name, profile] of Object.entries(isPlainObject(profiles) ? profiles : {})) {
    problems.checkFields(profile, (part) => EntryOptionsResolver.of(undefined, { [name]: part }));
  }
  problems.check(() => neverOf(never));
  problems.check(() => sharingOf(options.sharing));
  problems.checkFields(timeouts, timeoutsOf);
  problems.checkFields(loads, loadsOf);
  problems.checkFields(options.circuit, circuitOf);
  problems.checkFields(options.warming, warmingOf);
  problems.check(() => portsOf(options));
  problems.throwIfAny();
}

function checkProfiles(profiles: unknown): void {
  if (profiles === undefined || isPlainObject(profiles)) return;
  throw invalidArgument('profiles', 'an object with entry options by name', profiles);
}

function sharingOf(sharing: unknown): Sharing {
  return oneOf(sharing, 'sharing', ['frozen', 'copied', 'shared']);
}

function neverOf(never: unknown): NeverKeys {
  if (never === undefined) return new NeverKeys([], false);
  const isObject = typeof never === 'object' && never !== null && !Array.isArray(never);
  if (isObject) checkNames(never, 'never', ['patterns', 'throws']);
  const { patterns, throws = false } = (isObject ? never : { patterns: never }) as {
    patterns: unknown;
    throws?: unknown;
  };
  if (!Array.isArray(patterns) || patterns.length > mostNever) {
    throw invalidArgument('never', `an array of at most ${mostNever} patterns`, patterns);
  }
  if (typeof throws !== 'boolean') throw invalidArgument('never.throws', 'true or false', throws);
  const checked = patterns.map((pattern, n) => checkPattern(pattern, `never[${n}]`));
  return new NeverKeys(checked, throws);
}

function nameOf(name: unknown): string {
  if (typeof name === 'string' && /^[\w-]{1,32}$/.test(name)) return name;
  throw invalidArgument('name', '1 to 32 of the characters A-Z a-z 0-9 _ -', name);
}

function remoteOf(remote: unknown): Remote | undefined {
  if (remote === undefined) return undefined;
  const given = typeof remote === 'object' && remote !== null && 'connect' in remote;
  if (given && typeof remote.connect === 'function') return remote as Remote;
  throw invalidArgument(
    'remote',
    "made by redis({ url }) of 'keepfresh/redis' or the like",
    remote,
  );
}

/** Options of entries are looked for here most, and are elsewhere. */
function checkOwnNames(options: object, field: string): void {
  const entryName = Object.keys(options).find((name) => entryNames.includes(name));
  if (entryName === undefined) return checkNames(options, field, names);
  const message = `${field} has no option '${entryName}'; it belongs in defaults, in a profile or in a call`;
  throw new CacheError('INVALID_ARGUMENT', message);
}

function memoryOf(options: MemoryOptions): NonNullable<CacheConfiguration['memory']> {
  if (!isPlainObject(options))
    throw invalidArgument('memory', 'false or an object with options', options);
  checkNames(options, 'memory', ['maxBytes', 'maxEntries', 'policy', 'weigh']);
  return {
    policy: policyOf(options.policy),
    weigh: weighOf(options.weigh),
    maxBytes: parseSize(options.maxBytes ?? '64mb', 'memory.maxBytes', { min: 65_536 }),
    maxEntries: wholeNumber(options.maxEntries, 'memory.maxEntries', {
      min: 1,
      max: 16_777_216,
      default: 1_000_000,
    }),
  };
}

function policyOf(policy: unknown): EvictionPolicyName | EvictionPolicyFactory {
  if (typeof policy === 'function') return policy as EvictionPolicyFactory;
  if (policy === undefined || typeof policy === 'string') {
    return oneOf(policy, 'memory.policy', policyNames);
  }
  const allowed = `${policyNames.map((name) => `'${name}'`).join(' or ')}, or a function that makes a policy`;
  throw invalidArgument('memory.policy', allowed, policy);
}

function weighOf(weigh: unknown): MemoryOptions['weigh'] {
  if (weigh === undefined || typeof weigh === 'function') return weigh as MemoryOptions['weigh'];
  throw invalidArgument('memory.weigh', 'a function of the entry', weigh);
}

function maxLagOf(options: CoherenceOptions): number {
  checkNames(options, 'coherence', ['maxLag']);
  return parseDuration(options.maxLag ?? '1s', 'coherence.maxLag', { min: 50, max: minute });
}

function timeoutsOf(options: TimeoutOptions): Readonly<Record<keyof TimeoutOptions, number>> {
  checkNames(options, 'timeouts', ['remote', 'invalidate', 'wait', 'lease']);
  const { remote = '200ms', invalidate = '1s', wait = '10s', lease = '5s' } = options;
  return {
    remote: parseDuration(remote, 'timeouts.remote', { min: 1, max: minute }),
    invalidate: parseDuration(invalidate, 'timeouts.invalidate', { min: 1, max: minute }),
    wait: parseDuration(wait, 'timeouts.wait', { min: 1, max: hour }),
    lease: parseDuration(lease, 'timeouts.lease', { min: 100, max: hour }),
  };
}

function loadsOf(options: LoadOptions): Pick<CacheConfiguration, 'loads' | 'ahead'> {
  checkNames(options, 'loads', ['concurrent', 'queued', 'ahead', 'aheadQueued']);
  const count = (name: keyof LoadOptions, min: number, otherwise: number): number =>
    wholeNumber(options[name], `loads.${name}`, { min, max: 1_000_000, default: otherwise });
  return {
    loads: { maxRunning: count('concurrent', 1, 1_000), maxQueued: count('queued', 0, 10_000) },
    ahead: { maxRunning: count('ahead', 1, 4), maxQueued: count('aheadQueued', 0, 1_000) },
  };
}

function circuitOf(options: CircuitOptions): CacheConfiguration['circuit'] {
  checkNames(options, 'circuit', ['failures', 'slow', 'share', 'open', 'longest']);
  const { failures, slow = '100ms', share = 0.5, open = '500ms', longest } = options;
  if (!(typeof share === 'number' && share > 0 && share <= 1)) {
    throw invalidArgument('circuit.share', 'a number above 0 and at most 1', share);
  }
  const openMs = parseDuration(open, 'circuit.open', { min: 1, max: hour });
  const standard = Math.max(5_000, openMs);
  return {
    failures: wholeNumber(failures, 'circuit.failures', { min: 1, max: 1_000, default: 5 }),
    slowMs: parseDuration(slow, 'circuit.slow', { min: 1, max: minute }),
    badShare: share,
    openMs,
    maxOpenMs: parseDuration(longest ?? standard, 'circuit.longest', { min: openMs, max: hour }),
  };
}

function warmingOf(options: WarmingOptions): WarmingPlan {
  checkNames(options, 'warming', ['remember', 'every', 'keep']);
  const { remember, every = '1m', keep } = options;
  return {
    most: wholeNumber(remember, 'warming.remember', { min: 1, max: 1_000, default: 200 }),
    everyMs: parseDuration(every, 'warming.every', { min: 1_000, max: 24 * hour }),
    store: keep && withMethods<HotStore>(keep, 'warming.keep', ['read', 'write']),
  };
}

function codecOf(given: unknown, cacheName: string): Codec {
  const codec = withMethods<Codec>(given, 'codec', ['encode', 'decode']);
  const { id } = codec;
  if (!Number.isInteger(id) || id < 0 || id > 255) {
    throw invalidArgument('codec.id', 'a whole number from 0 to 255', id);
  }
  if ((codec.pack === undefined) !== (codec.unpack === undefined)) {
    throw invalidArgument('codec', 'with both of the methods pack and unpack, or none', codec);
  }
  return codec.forCache?.(cacheName) ?? codec;
}

function portsOf(
  options: CacheOptions<string>,
): Pick<CacheConfiguration, 'codec' | 'clock' | 'random' | 'logger'> {
  const { codec = jsonCodec, clock = systemClock } = options;
  const { random = systemRandom, logger = processWarnings } = options;
  return {
    codec: codecOf(codec, options.name),
    clock: withMethods(clock, 'clock', ['now', 'monotonic', 'schedule']),
    random: withMethods(random, 'random', ['hex', 'fraction']),
    logger: withMethods(logger, 'logger', ['warn', 'error']),
  };
}
