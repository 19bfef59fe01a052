import type { KeyBan } from '../../ports/log.ts';
import type { EngineParts } from '../engine-parts.ts';
import type { InvalidationResult } from '../invalidations/invalidator.ts';
import type { Mutator } from '../invalidations/mutator.ts';
import type { Writer } from './writer.ts';
import type { Draft, Replacement, Written } from './written.ts';

/** One change of the source that sets values, by key. */
export interface ThroughRequest<T> {
  readonly keys: readonly string[];
  /** As of when the values are to be kept, in the order of the keys. @default now */
  readonly drafts?: readonly Draft[] | undefined;
  /** Changes the source. */
  readonly run: (signal: AbortSignal) => Promise<T> | T;
  /** What the source has now under the nth key, to be kept; undefined to keep nothing. What it throws is reported. */
  readonly writtenOf: (n: number, draft: Draft, result: T) => Written | undefined;
  /** The values were written behind: see `Replacement`. */
  readonly isUnwritten?: boolean;
  readonly timeoutMs: number;
  readonly markerRequired: boolean;
  readonly strict?: boolean | undefined;
}

/**
 * Writes to the source first, under a hold, and keeps what was written afterwards: what the source refused is
 * never cached, and of what may or may not have reached it nothing is.
 *
 * The value carries what was applied before the source was asked, and the bans of its own hold spare it alone. So
 * whatever changed the key meanwhile, in any process, covers it: of two writes that overlap neither value is kept,
 * because nobody here knows which of them the source has; the next read asks it.
 */
export class WriteThrough {
  readonly #report: EngineParts['report'];
  readonly #mutator: Mutator;
  readonly #writer: Writer;

  constructor(options: {
    readonly report: EngineParts['report'];
    readonly mutator: Mutator;
    readonly writer: Writer;
  }) {
    this.#report = options.report;
    this.#mutator = options.mutator;
    this.#writer = options.writer;
  }

  /**
   * Rejects as the change of the source does, and with MARKER_FAILED before it ran. Once that has succeeded it does
   * not reject any more: `queued` where the remote has not confirmed yet that everything older is over.
   */
  async run<T>(request: ThroughRequest<T>): Promise<InvalidationResult> {
    const { keys, run, timeoutMs, markerRequired, strict = false } = request;
    const drafts = request.drafts ?? keys.map(() => this.#writer.draft());
    let status: InvalidationResult['status'] = 'applied';
    await this.#mutator.mutate<T>({
      ...{ keys, run, timeoutMs, markerRequired },
      covers: keys.map((key) => ({ kind: 'key', key })),
      bans: keys.map((key, n): KeyBan => ({ kind: 'key', key, except: drafts[n]!.token })),
      settle: (result, release) =>
        this.#writer.replace(
          drafts.map((draft, n) => this.#replacement(request, result, { n, draft })),
          { options: { strict }, release },
        ),
      onPending: () => {
        status = 'queued';
      },
    });
    return { status };
  }

  /** The source has the value, so nothing that is wrong with it here may say otherwise. */
  #replacement<T>(
    { keys, writtenOf, isUnwritten = false }: ThroughRequest<T>,
    result: T,
    { n, draft }: { readonly n: number; readonly draft: Draft },
  ): Replacement {
    const key = keys[n]!;
    const spares = draft.token;
    try {
      return { key, spares, isUnwritten, written: writtenOf(n, draft, result) };
    } catch (error) {
      this.#report('refused', () => ({ key, reason: 'encode', error }));
      return { key, spares, written: undefined };
    }
  }
}
