import type { CacheConfiguration } from './configuration/cache-configuration.ts';
import { FillAudit } from './engine/audits/fill-audit.ts';
import { RemovalAudit, type RemovalAuditOptions } from './engine/audits/removal-audit.ts';
import { Coherence } from './engine/coherence/coherence.ts';
import { LocalLogView } from './engine/coherence/local-log-view.ts';
import type { LogView } from './engine/coherence/log-view.ts';
import type { EngineParts } from './engine/engine-parts.ts';
import { Engine } from './engine/engine.ts';
import { LoadGate } from './engine/loads/load-gate.ts';
import { FarStore } from './engine/store/far-store.ts';
import { WakeBoard } from './engine/store/wake-board.ts';
import { Elapsed } from './engine/time/elapsed.ts';
import { CacheError, messageOf } from './errors.ts';
import type { CacheEvent, CacheEvents } from './events.ts';
import { BanTable } from './policy/bans/ban-table.ts';
import { Holds } from './policy/bans/holds.ts';
import { Breaker } from './policy/breaker.ts';
import type { Logger } from './ports/logger.ts';
import type { RemoteConnection } from './ports/remote.ts';

type Report = EngineParts['report'];

/**
 * Puts the engine of a cache together over its memory and, if it has one, its remote, which begins to connect. It
 * beats from now on.
 */
export function assembleEngine(
  configuration: CacheConfiguration,
  memory: EngineParts['memory'],
  report: Report,
): Engine {
  let engine: Engine | undefined;
  const remote = connect(configuration, report, () => engine?.invalidator.drainSoon());
  const view = viewOf(configuration, remote, report, {
    onBan: () => engine?.sweeper.onBan(),
    onTrusted: () => {
      engine?.invalidator.drainSoon();
      engine?.parts.far?.probeSoon();
    },
    onEpoch: () => engine?.mutator.placeAgain(),
  });
  const far = remote && farOf(configuration, remote, report);
  engine = new Engine(partsOf(configuration, { memory, view, far, report }), { remote });
  if (view instanceof Coherence) view.start();
  return engine;
}

function partsOf(
  configuration: CacheConfiguration,
  { memory, view, far, report }: Pick<EngineParts, 'memory' | 'view' | 'far' | 'report'>,
): EngineParts {
  const { clock, random, codec, never, sharing, limits } = configuration;
  const hasLog = far !== undefined && view instanceof Coherence;
  const audits = hasLog ? auditsOf(configuration, view, far) : undefined;
  return {
    clock,
    random,
    elapsed: new Elapsed(clock),
    memory,
    view,
    far,
    wakes: far && new WakeBoard(clock, (listener) => far.onWake(listener)),
    audit: audits?.audit,
    removalAudit: audits?.removalAudit,
    unwritten: new Set(),
    never,
    codec,
    sharing,
    gate: new LoadGate(configuration.loads),
    aheadGate: new LoadGate(configuration.ahead),
    limits,
    report,
  };
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
  { onBan, onTrusted, onEpoch }: Readonly<Record<'onBan' | 'onTrusted' | 'onEpoch', () => void>>,
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
    onEpoch: (epoch) => {
      report('epoch.changed', () => ({ epoch }));
      onEpoch();
    },
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
