/** What became of the entries of a snapshot so far. */
export interface ImportCounts {
  /** In memory now. */
  readonly kept: number;
  /** Memory, or a write that waits, has something under their key already. */
  readonly present: number;
  /** Invalidated since they were exported, or of another history of the log. */
  readonly invalidated: number;
  /** Their time is over. */
  readonly expired: number;
  /** So old that the log no longer says whether they were invalidated; only `adopt` takes them. */
  readonly unjudged: number;
  /** Of another namespace, never cached, held by a mutation, too large. */
  readonly refused: number;
  /** Lines that are no entry, or whose value cannot be read. */
  readonly corrupt: number;
}

/** What becomes of one entry. */
export type Imported = keyof ImportCounts;
