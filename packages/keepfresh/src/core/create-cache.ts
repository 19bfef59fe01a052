import { MemoryTier, type MemoryTierOptions, NoMemory } from '../memory/index.ts';
import { assembleEngine } from './assemble-engine.ts';
import { Cache } from './cache.ts';
import { CacheView } from './cache-view.ts';
import { checkRuntime } from './check-runtime.ts';
import { type CacheConfiguration, configurationOf } from './configuration/cache-configuration.ts';
import { LiveConfiguration } from './configuration/live-configuration.ts';
import { Emitter } from './emitter.ts';
import type { EngineParts } from './engine/engine-parts.ts';
import type { Engine } from './engine/engine.ts';
import type { CacheOptions } from './options.ts';
import type { Logger } from './ports/logger.ts';
import { hotStoreOf } from './warming/hot-store.ts';
import { Warming } from './warming/warming.ts';
import { weighingBy } from './weighing.ts';

type Report = EngineParts['report'];

/**
 * Longest key, in UTF-8 bytes; some remotes allow less. It is the same with and without Redis, so that no key turns out
 * to be too long only in production.
 */
const longestKeyBytes = 1_024;

/**
 * Makes a cache. It can be used at once: what needs the remote waits for it no longer than a read may, and
 * goes on without. Throws INVALID_ARGUMENT, naming the field, before anything is connected.
 */
export function createCache<const Profile extends string = never>(
  options: CacheOptions<Profile>,
): Cache<Profile> {
  checkRuntime();
  const configuration = configurationOf(options as CacheOptions<string>);
  const emitter = new Emitter(configuration.logger);
  const report: Report = (event, build) => {
    if (emitter.heard[event]) emitter.emit(event, build());
  };
  const evictions = { count: 0 };
  const memory = memoryOf(configuration, {
    onFill: () => engine.sweeper.onFill(),
    onEvict: (key) => {
      evictions.count++;
      report('evicted', () => ({ key }));
    },
  });
  const engine = assembleEngine(configuration, memory, report);
  const prefixes = new Set<string>();
  const warming = new Warming(engine.parts, {
    ...configuration.warming,
    store: configuration.warming.store ?? (engine.remote && hotStoreOf(() => view)),
  });
  const { resolver, never } = configuration;
  const view: CacheView = new CacheView({
    configuration: liveOf(options as CacheOptions<string>, configuration, { engine, prefixes }),
    ...{ engine, prefixes, warming, emitter, resolver, never },
    plugins: [],
    prefix: '',
    maxKeyBytes: maxKeyBytesOf(engine),
    evictions: () => evictions.count,
  });
  return new Cache<Profile>(view);
}

function liveOf(
  options: CacheOptions<string>,
  configuration: CacheConfiguration,
  { engine, prefixes }: { readonly engine: Engine; readonly prefixes: ReadonlySet<string> },
): LiveConfiguration {
  const { limits, resolver, logger } = configuration;
  return new LiveConfiguration(options, configuration, {
    ...{ ...engine.parts, limits, resolver },
    onShrink: () => engine.trimmer.start(),
    onNever: (patterns) => forgetNever(engine, patterns, [...prefixes], logger),
  });
}

function maxKeyBytesOf({ remote }: Engine): number {
  return Math.min(longestKeyBytes, remote?.store.limits.maxKeyBytes ?? longestKeyBytes);
}

/** What is cached of keys that may not be from now on is over, in every namespace and in loads under way. */
function forgetNever(
  { invalidator }: Engine,
  patterns: readonly string[],
  prefixes: readonly string[],
  logger: Logger,
): void {
  const bans = prefixes.flatMap((prefix) =>
    patterns.map((pattern) => ({ kind: 'pattern' as const, pattern: prefix + pattern })),
  );
  invalidator.invalidate({ bans, keys: [] }, { queue: true }).catch((error: unknown) => {
    logger.error(
      `keepfresh: what is never cached from now on was not invalidated: ${String(error)}`,
    );
  });
}

function memoryOf(
  { memory, remote, clock, random }: CacheConfiguration,
  listeners: Required<Pick<MemoryTierOptions, 'onFill' | 'onEvict'>>,
): EngineParts['memory'] {
  if (memory === undefined) return new NoMemory();
  const tracksLog = remote !== undefined;
  const weigh = memory.weigh && weighingBy(memory.weigh);
  return new MemoryTier({ ...memory, ...listeners, weigh, tracksLog, clock, random });
}
