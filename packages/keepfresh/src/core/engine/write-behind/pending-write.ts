import type { TagCell } from '../../policy/bans/tag-cell.ts';
import type { Token } from '../../ports/record.ts';
import type { Written } from '../writes/written.ts';

/** A value that its source does not have yet. */
export interface PendingWrite {
  readonly key: string;
  /** As it was given. */
  readonly value: unknown;
  /** Dated anew when it is sent, unless something covered it. */
  written: Written;
  readonly tags: readonly TagCell[];
  /**
   * Token that the newest bans of its own queue spare, so that these do not make it unusable: its own once it is
   * sent, before that the one of the write that was sent before it.
   */
  spared: Token;
  /** Counts up; of two of one key the later has the larger. */
  readonly number: number;
}
