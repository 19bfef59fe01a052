import type { LogPart } from '../../src/memory/remote/memory-log.ts';
import type { ConfigurationPatch } from '../../src/core/configuration/configuration.ts';
import type { Delays } from './link.ts';

export type ServerName = 'data' | 'control';

/** What an application does with its cache in one call. Times are milliseconds. */
export type Action =
  | ReadThrough
  | { readonly kind: 'get' | 'has'; readonly key: string; readonly fresh?: boolean }
  | { readonly kind: 'peek'; readonly key: string }
  | { readonly kind: 'refresh'; readonly key: string; readonly loadMs: number }
  | {
      readonly kind: 'set';
      readonly key: string;
      readonly queue?: boolean;
      /** Gives the value a version, larger than that of any value set before. */
      readonly versioned?: boolean;
    }
  | WriteThrough
  | WriteBehindAction
  /** What a process has in memory is written to a file, or the last file is read. */
  | { readonly kind: 'export' }
  /** `adopt`: its values count as loaded now. */
  | { readonly kind: 'import'; readonly adopt?: boolean }
  | {
      readonly kind: 'invalidate';
      readonly keys?: readonly string[];
      readonly tags?: readonly string[];
      readonly pattern?: string;
      readonly everything?: boolean;
      readonly mode?: 'strict' | 'queue';
      /** Loads may read a replica that lags behind: nothing is kept that they read for so long. */
      readonly settleMs?: number;
    }
  | {
      readonly kind: 'expire';
      readonly keys?: readonly string[];
      readonly tags?: readonly string[];
    }
  | Mutation
  | { readonly kind: 'configure'; readonly patch: ConfigurationPatch }
  /** One after the other, without a pause. */
  | { readonly kind: 'sequence'; readonly actions: readonly Action[] }
  /** All called in the same moment. */
  | { readonly kind: 'together'; readonly actions: readonly Action[] };

export interface ReadThrough {
  readonly kind: 'getOrSet';
  readonly key: string;
  readonly loadMs: number;
  readonly fails?: boolean;
  readonly fresh?: boolean;
  /** The caller leaves after so long. */
  readonly leavesAfterMs?: number;
  /** Where nothing has changed since, the loader says so of the value from before, most times. */
  readonly confirms?: boolean;
  /** Keys whose cached values the loader builds its own from. */
  readonly builtFrom?: readonly string[];
}

/** A value is set, and written to the source first. */
export interface WriteThrough {
  readonly kind: 'write';
  readonly key: string;
  readonly takesMs: number;
  /** The source refuses it, or has it and the answer is lost. */
  readonly fails?: 'refused' | 'answer lost';
  /** The process ends right after the commit. */
  readonly dies?: boolean;
}

/** A value is put into a queue, and brought to the source later. */
export interface WriteBehindAction {
  readonly kind: 'behind';
  readonly key: string;
  readonly takesMs: number;
  /** The first time: the source refuses it, or has it and the answer is lost. */
  readonly fails?: 'refused' | 'answer lost';
  /** When the application waits for it. */
  readonly flushAfterMs: number;
}

export interface Mutation {
  readonly kind: 'mutate';
  readonly keys?: readonly string[];
  readonly tags?: readonly string[];
  readonly pattern?: string;
  readonly takesMs: number;
  readonly fails?: boolean;
  /** The process ends right after the commit. */
  readonly dies?: boolean;
}

/** What befalls the system. */
export type Fault =
  | {
      /** The connection of a process to a server breaks. */
      readonly kind: 'cut';
      readonly process: number;
      readonly server: ServerName;
      readonly forMs: number;
      readonly knownAfterMs: number;
      /** All that is under way arrives so much later. @default some of it, within a second */
      readonly lateMs?: number;
    }
  | {
      /** Nothing gets through for a while, then everything does. */
      readonly kind: 'stall';
      readonly process: number;
      readonly server: ServerName;
      readonly forMs: number;
    }
  | { readonly kind: 'pause' | 'suspend'; readonly process: number; readonly forMs: number }
  | { readonly kind: 'stepWall'; readonly process: number; readonly ms: number }
  | { readonly kind: 'crash' | 'close'; readonly process: number; readonly restartAfterMs: number }
  | { readonly kind: 'flush'; readonly server: ServerName | 'both' }
  | { readonly kind: 'losePart'; readonly part: LogPart }
  | { readonly kind: 'loseRecord'; readonly key: string }
  /** A process of a version to come invalidates a key in a way that this one does not know. */
  | { readonly kind: 'newerVersion'; readonly key: string }
  | {
      /** A server is away for a while and comes back as it was some time ago. */
      readonly kind: 'restart';
      readonly server: ServerName | 'both';
      readonly imageAgeMs: number;
      readonly forMs: number;
    }
  | { readonly kind: 'stepServer'; readonly server: ServerName | 'both'; readonly ms: number }
  | {
      /** A new master takes over for some processes, while the others still reach the old one, which refuses writes. */
      readonly kind: 'twoMasters';
      readonly minority: readonly number[];
      readonly forMs: number;
    };

export type Step = { readonly at: number } & (
  | { readonly process: number; readonly action: Action }
  | { readonly fault: Fault }
);

export interface RefreshPlan {
  readonly earlyRefresh: number;
  readonly refreshAhead: number;
  /** Absent: none. */
  readonly softTimeoutMs?: number;
  readonly pauses: boolean;
}

/** Everything about one simulation but the chance in its messages, which follows from the seed. */
export interface Plan {
  readonly seed: number;
  /** H of each process, in milliseconds. */
  readonly maxLagMs: readonly number[];
  /** How far the wall clock of each process is off. */
  readonly wallOffsets: readonly number[];
  /** Whether each process has a memory of its own. */
  readonly memory: readonly boolean[];
  readonly delays: Delays;
  /** Share of messages that tell of news and wake-ups that get lost. */
  readonly lossShare: number;
  /** Share of beats that bring only some of the entries that follow. */
  readonly partialShare: number;
  readonly retentionMs: number;
  /** How far the source that the loaders read lags behind. */
  readonly sourceLagMs: number;
  readonly ttlMs: number;
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  /** How long errors of loaders stand in for another load. @default not at all */
  readonly errorTtlMs?: number;
  /** Whether hooks run around everything. */
  readonly hooked?: boolean;
  /** How values are refreshed, and loads are waited for. @default none early, none ahead, no pauses, until they end */
  readonly refreshing?: RefreshPlan;
  /** When the first step may happen. */
  readonly steps: readonly Step[];
  /** Nothing goes wrong. */
  readonly calm: boolean;
  /** When the last step is over and everything is mended. */
  readonly endMs: number;
}
