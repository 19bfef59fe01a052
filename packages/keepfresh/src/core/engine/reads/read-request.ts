import type { StoredRecord } from '../../ports/record.ts';
import type { EntryPolicy } from '../entry-policy.ts';
import type { Loader } from '../loads/loader.ts';

/** What one read-through asks for. */
export interface ReadRequest {
  readonly key: string;
  readonly loader: Loader;
  readonly policy: EntryPolicy;
  /** Put before each tag: the namespace's. */
  readonly tagPrefix: string;
  readonly signal: AbortSignal | undefined;
  /** Only what is current as of this read will do. */
  readonly fresh: boolean;
  /** What the shared store had a moment ago, when a look at several keys found nothing to serve there. */
  readonly looked?: { readonly record?: StoredRecord };
}

/** How a read treats what it finds. */
export type Wanted = Pick<EntryPolicy, 'check' | 'earlyRefresh' | 'refreshAhead'>;
