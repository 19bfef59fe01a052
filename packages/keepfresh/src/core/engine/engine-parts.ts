import type { CacheEvent, CacheEvents } from '../events.ts';
import type { TagCell } from '../policy/bans/tag-cell.ts';
import type { NeverKeys } from '../policy/never-keys.ts';
import type { Clock } from '../ports/clock.ts';
import type { Codec } from '../ports/codec.ts';
import type { Memory } from '../ports/memory.ts';
import type { Random } from '../ports/random.ts';
import type { Elapsed } from './time/elapsed.ts';
import type { FarStore } from './store/far-store.ts';
import type { FillAudit } from './audits/fill-audit.ts';
import type { LoadGate } from './loads/load-gate.ts';
import type { LogView } from './coherence/log-view.ts';
import type { RemovalAudit } from './audits/removal-audit.ts';
import type { Sharing } from './memory/sealed.ts';
import type { WakeBoard } from './store/wake-board.ts';

/** What the algorithms of one cache work with. */
export interface EngineParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly elapsed: Elapsed;
  readonly memory: Memory<TagCell>;
  readonly view: LogView;
  /** Absent for a cache of one process. */
  readonly far: FarStore | undefined;
  readonly wakes: WakeBoard | undefined;
  /** Absent without a log. */
  readonly audit: FillAudit | undefined;
  readonly removalAudit: RemovalAudit | undefined;
  /** Keys with a value, written behind, that their source does not have yet: nothing else is kept of them here. */
  readonly unwritten: Set<string>;
  /** Keys of which nothing may be kept; it may grow while they are read. */
  readonly never: NeverKeys;
  readonly codec: Codec;
  readonly sharing: Sharing;
  readonly gate: LoadGate;
  /** Bounds the refreshes ahead that run at once. */
  readonly aheadGate: LoadGate;
  readonly limits: EngineLimits;
  /** Reports what happened; `build` is called only when somebody listens. */
  readonly report: <E extends CacheEvent>(event: E, build: () => CacheEvents[E]) => void;
}

/** May be changed while the engine runs: whoever needs a limit looks it up when it does. */
export interface EngineLimits {
  /** H. */
  readonly maxLagMs: number;
  /** For all commands of one read to the remote together. */
  readonly budgetMs: number;
  readonly leaseMs: number;
  readonly waitMs: number;
  /** For an invalidation, before it counts as pending. */
  readonly invalidateMs: number;
  /** Hard end of every entry after it was written. */
  readonly maxTtlMs: number;
}
