/** How much a log remembers. What it forgets raises its floor. */
export interface LogLimits {
  /** For how long entries, and so exact-key invalidations, are kept, in milliseconds. @default 60_000 */
  readonly retentionMs?: number;
  /** Most tags whose newest invalidation is kept; a log may keep no more than the newer half. @default 100_000 */
  readonly tags?: number;
  /** Most patterns that are kept. @default 1_024 */
  readonly patterns?: number;
  /** For how long tags and patterns are kept, in milliseconds: longer than any value lives. @default 7 days */
  readonly pruneMs?: number;
}

/** What a log remembers unless it is told otherwise. */
export const standardLogLimits: Required<LogLimits> = {
  retentionMs: 60_000,
  tags: 100_000,
  patterns: 1_024,
  pruneMs: 604_800_000,
};
