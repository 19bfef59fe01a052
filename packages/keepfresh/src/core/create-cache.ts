import { MemoryTier, type MemoryTierOptions, NoMemory } from '../memory/index.ts';
import { Cache } from './cache.ts';
import { CacheView } from './cache-view.ts';
import { checkRuntime } from './check-runtime.ts';
import { type CacheConfiguration, configurationOf } from './configuration/cache-configuration.ts';
import { LiveConfiguration } from './configuration/live-configuration.ts';
import { Emitter } from './emitter.ts';
import { Coherence } from './engine/coherence/coherence.ts';
import { Elapsed } from './engine/time/elapsed.ts';
import type { EngineParts } from './engine/engine-parts.ts';
import { Engine } from './engine/engine.ts';
import { FarStore } from './engine/store/far-store.ts';
import { FillAudit } from './engine/audits/fill-audit.ts';
import { LoadGate } from './engine/loads/load-gate.ts';
import { LocalLogView } from './engine/coherence/local-log-view.ts';
import type { LogView } from './engine/coherence/log-view.ts';
import { RemovalAudit, type RemovalAuditOptions } from './engine/audits/removal-audit.ts';
import { WakeBoard } from './engine/store/wake-board.ts';
import { CacheError, messageOf } from './errors.ts';
import type { CacheEvent, CacheEvents } from './events.ts';
import type { CacheOptions } from './options.ts';
import { BanTable } from './policy/bans/ban-table.ts';
import { Holds } from './policy/bans/holds.ts';
import { Breaker } from './policy/breaker.ts';
import type { Logger } from './ports/logger.ts';
import type { RemoteConnection } from './ports/remote.ts';
import { hotStoreOf } from './warming/hot-store.ts';
import { Warming } from './warming/warming.ts';
import { weighingBy } from './weighing.ts';

type Report = EngineParts['report'];

/** Longest key, in UTF-8 bytes; some remotes allow less. The same with and without Redis, so that none is found too long in production only. */
const longestKeyBytes = 1_024;

/**
 * Makes a cache. It can be used at once: what needs the remote waits for it no longer than a read may, and
 * goes on without. Throws INVALID_ARGUMENT, naming the field, before anything is connected.
 *
 * This is the one place where the parts are put together.
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
  const engine = engineOf(configuration, memory, report);
  const { resolver, never } = configuration;
  const prefixes = new Set<string>();
  const live = new LiveConfiguration(options as CacheOptions<string>, configuration, {
    ...{ ...engine.parts, limits: configuration.limits, resolver },
    onShrink: () => engine.trimmer.start(),
    onNever: (patterns) => forgetNever(engine, patterns, [...prefixes], configuration.logger),
  });
  const warming = new Warming(engine.parts, {
    ...configuration.warming,
    store: configuration.warming.store ?? (engine.remote && hotStoreOf(() => view)),
  });
  const view: CacheView = new CacheView({
    engine,
    configuration: live,
    prefixes,
    plugins: [],
    warming,
    emitter,
    resolver,
    never,
    prefix: '',
    maxKeyBytes: Math.min(
      longestKeyBytes,
      engine.remote?.store.limits.maxKeyBytes ?? longestKeyBytes,
    ),
    evictions: () => evictions.count,
  });
  return new Cache<Profile>(view);
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

function engineOf(
  configuration: CacheConfiguration,
  memory: EngineParts['memory'],
  report: Report,
): Engine {
  const { clock, random, codec, never, sharing, limits } = configuration;
  let engine: Engine | undefined;
  const remote = connect(configuration, report, () => engine?.invalidator.drainSoon());
  const view = viewOf(configuration, remote, report, {
    onBan: () => engine?.sweeper.onBan(),
    onTrusted: () => {
      engine?.invalidator.drainSoon();
      engine?.parts.far?.probeSoon();
    },
  });
  const far = remote === undefined ? undefined : farOf(configuration, remote, report);
  engine = new Engine(
    {
      clock,
      random,
      elapsed: new Elapsed(clock),
      memory,
      view,
      far,
      wakes: far && new WakeBoard(clock, (listener) => far.onWake(listener)),
      ...(far && view instanceof Coherence
        ? auditsOf(configuration, view, far)
        : { audit: undefined, removalAudit: undefined }),
      unwritten: new Set(),
      never,
      codec,
      sharing,
      gate: new LoadGate(configuration.loads),
      aheadGate: new LoadGate(configuration.ahead),
      limits,
      report,
    },
    { remote },
  );
  if (view instanceof Coherence) view.start();
  return engine;
}

function connect(
  { remote, name, clock, logger }: CacheConfiguration,
  report: Report,
  onReturn: () => void,
): RemoteConnection | undefined {
  return remote?.connect({
    name,
    clock,
    onConnection: (connected, cause) => {
      if (connected) {
        report('remote.connected', () => ({}));
        onReturn();
        return;
      }
      tellAway({ name, logger }, cause);
      report('remote.lost', () => ({ cause }));
    },
    onPartBack: onReturn,
    onWarning: (warning) => {
      logger.warn(`keepfresh: ${warning.message} (${warning.code})`);
      report('remote.warning', () => warning);
    },
  });
}

/** What is missing here will not come by itself: that is an error, the absence of a server is not. */
function tellAway({ name, logger }: { name: string; logger: Logger }, cause: unknown): void {
  const message = `keepfresh: the remote of '${name}' is away, reads go on without it: ${messageOf(cause)}`;
  if (cause instanceof CacheError && cause.code === 'PEER_MISSING') logger.error(message);
  else logger.warn(message);
}

function viewOf(
  { clock, random, limits }: CacheConfiguration,
  remote: RemoteConnection | undefined,
  report: Report,
  { onBan, onTrusted }: { readonly onBan: () => void; readonly onTrusted: () => void },
): LogView {
  const holds = new Holds();
  if (remote?.log === undefined) {
    const table = new BanTable({ onBan, maxYoungKeys: 0 });
    return new LocalLogView({ clock, epoch: random.hex(8), table, holds });
  }
  return new Coherence(remote.log, {
    clock,
    memberId: random.hex(8),
    maxLagMs: limits.maxLagMs,
    get beatTimeoutMs() {
      return limits.budgetMs;
    },
    connected: () => remote.ready(),
    table: new BanTable({ onBan }),
    holds,
    onTrust: (trusted) => {
      report(trusted ? 'trust.gained' : 'trust.lost', () => ({}));
      if (trusted) onTrusted();
    },
    onEpoch: (epoch) => report('epoch.changed', () => ({ epoch })),
    onFailure: failureReport(report),
  });
}

function farOf(
  { clock, random, limits, circuit }: CacheConfiguration,
  remote: RemoteConnection,
  report: Report,
): FarStore {
  return new FarStore(remote.store, {
    clock,
    breaker: new Breaker({ limits: circuit, random: () => random.fraction() }),
    get backgroundTimeoutMs() {
      return limits.budgetMs;
    },
    onFailure: failureReport(report),
    onCircuit: (open) => report(open ? 'circuit.opened' : 'circuit.closed', () => ({})),
  });
}

function auditsOf(
  { clock, limits: { maxLagMs } }: CacheConfiguration,
  view: LogView,
  far: FarStore,
): Required<Pick<EngineParts, 'audit' | 'removalAudit'>> {
  const discard: RemovalAuditOptions['discard'] = (key, isOver) => far.discard(key, isOver);
  return {
    audit: new FillAudit({ clock, view, maxLagMs, discard }),
    removalAudit: new RemovalAudit({ clock, maxLagMs, discard }),
  };
}

function failureReport(report: Report): (operation: string, error: unknown) => void {
  return (operation, error) => {
    const event: CacheEvent = 'remote.failed';
    report(event, (): CacheEvents['remote.failed'] => ({ operation, error }));
  };
}
