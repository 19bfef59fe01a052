import type { StoredRecord } from '../../ports/record.ts';
import type { EngineParts } from '../engine-parts.ts';
import { type Opened, openRecord } from '../store/open-record.ts';
import { reveal } from '../memory/sealed.ts';

/** A value from before, with what belongs to it. */
export interface Previous {
  readonly value: unknown;
  /** Full names. */
  readonly tags: readonly string[];
  /** As it was encoded, where the shared store had it. */
  readonly opened?: Opened;
}

type Parts = Pick<EngineParts, 'memory' | 'codec' | 'sharing'>;

/**
 * The value that was under a key before its load: what a conditional load asks its source about. It may be
 * invalid. Nothing is decoded before somebody asks.
 */
export class PreviousValue {
  readonly #parts: Parts;
  readonly #key: string;
  readonly #record: StoredRecord | undefined;
  #found: { readonly previous: Previous | undefined } | undefined;

  constructor(parts: Parts, key: string, record: StoredRecord | undefined) {
    this.#parts = parts;
    this.#key = key;
    this.#record = record;
  }

  /** What the shared store had, otherwise what memory has; undefined when there is none that can be read. */
  find(): Previous | undefined {
    this.#found ??= { previous: this.#inRecord() ?? this.#inMemory() };
    return this.#found.previous;
  }

  #inRecord(): Previous | undefined {
    const record = this.#record;
    if (record === undefined) return undefined;
    try {
      const opened = openRecord(this.#parts, this.#key, record);
      return { value: reveal(opened.sealed), tags: record.tags, opened };
    } catch {
      return undefined;
    }
  }

  #inMemory(): Previous | undefined {
    const { memory } = this.#parts;
    const slot = memory.find(this.#key);
    if (slot === -1) return undefined;
    const tags = memory.tags(slot).map(({ tag }) => tag);
    return { value: reveal(memory.value(slot)), tags };
  }
}
