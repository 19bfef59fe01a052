import type { KeyBan } from '../ports/log.ts';
import type { EngineParts } from './engine-parts.ts';
import type { InvalidationResult } from './invalidator.ts';
import type { Mutator } from './mutator.ts';
import type { Draft, Replacement, WriteRequest, Writer } from './writer.ts';

/** One change of the source that sets values, by key. */
export interface ThroughRequest<T> {
  readonly keys: readonly string[];
  /** As of when the values are to be kept, in the order of the keys. @default now */
  readonly drafts?: readonly Draft[] | undefined;
  /** Changes the source. */
  readonly run: (signal: AbortSignal) => Promise<T> | T;
  /** What the source has now under a key; undefined to keep nothing. What it throws is reported. */
  readonly valueOf: (key: string, result: T) => WriteRequest | undefined;
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
          keys.map((key, n) => this.#replacement(request, result, { key, draft: drafts[n]! })),
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
    { valueOf }: ThroughRequest<T>,
    result: T,
    { key, draft }: { readonly key: string; readonly draft: Draft },
  ): Replacement {
    try {
      const request = valueOf(key, result);
      return { key, written: request && this.#writer.prepare(request, draft) };
    } catch (error) {
      this.#report('refused', () => ({ key, reason: 'encode', error }));
      return { key, written: undefined };
    }
  }
}
