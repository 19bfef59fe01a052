import { readBudget } from './engine/time/budget.ts';
import type { RemoteWarning } from './ports/remote.ts';
import type { Engine } from './engine/engine.ts';

/** How a cache is. `degraded`: it answers, without the remote or without trust. `down`: it was closed. */
export interface CacheHealth {
  readonly status: 'up' | 'degraded' | 'down';
  /** Absent for a cache without a remote. */
  readonly remote?: RemoteHealth;
  /** Invalidations the remote does not know of yet. */
  readonly pendingInvalidations: number;
}

export interface RemoteHealth {
  readonly reachable: boolean;
  /** Round trip of one trivial command in milliseconds, when it answered. */
  readonly pingMs?: number;
  /** Whether this process hears of invalidations. */
  readonly trusted: boolean;
  /** Settings of the remote that weaken a promise, each with what to do. */
  readonly warnings: readonly RemoteWarning[];
}

/** Asks the remote, at most for the remote timeout. Never rejects. */
export async function healthOf(engine: Engine): Promise<CacheHealth> {
  const pendingInvalidations = engine.invalidator.pending;
  if (engine.closed) return { status: 'down', pendingInvalidations };
  if (engine.remote === undefined) return { status: 'up', pendingInvalidations };
  const remote = await remoteHealth(engine);
  const good = remote.reachable && remote.trusted && pendingInvalidations === 0;
  return { status: good ? 'up' : 'degraded', remote, pendingInvalidations };
}

async function remoteHealth(engine: Engine): Promise<RemoteHealth> {
  const { clock, view } = engine.parts;
  const budget = readBudget(engine.parts);
  let pingMs: number | undefined;
  try {
    pingMs = await budget.within('ping', engine.remote!.ping());
  } catch {
    // Unreachable is an answer here, not a failure.
  }
  const trusted = view.trust.covers(clock.now());
  const warnings = engine.remote!.warnings ?? [];
  const ping = pingMs === undefined ? {} : { pingMs };
  return { reachable: pingMs !== undefined, trusted, warnings, ...ping };
}
