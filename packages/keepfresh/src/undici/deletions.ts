/** Most URIs whose last deletion is remembered. */
const mostUris = 1_000;

/** Which URIs were deleted, and when: a count, not a time. What was forgotten counts as deleted. */
export class Deletions {
  #count = 0;
  #floor = 0;
  readonly #last = new Map<string, number>();

  /** How many there have been. */
  get count(): number {
    return this.#count;
  }

  add(uri: string): void {
    this.#last.delete(uri);
    this.#last.set(uri, ++this.#count);
    if (this.#last.size <= mostUris) return;
    const [[oldest, at]] = this.#last as unknown as [[string, number]];
    this.#last.delete(oldest);
    this.#floor = at;
  }

  /** Whether the URI was deleted after there had been `count` deletions, or may have been. */
  since(count: number, uri: string): boolean {
    return count < this.#floor || (this.#last.get(uri) ?? 0) > count;
  }
}
