import type { Memory, TagState } from '../core/ports/memory.ts';

/** The memory of a cache whose first level is switched off: it holds nothing. */
export class NoMemory<Tag extends TagState = TagState> implements Memory<Tag> {
  readonly count = 0;
  readonly bytes = 0;
  readonly maxEntries = 0;
  readonly maxBytes = 0;
  readonly refused = 0;
  readonly capacity = 0;

  find(): number {
    return -1;
  }
  /** True: nothing was refused for its size. */
  put(): boolean {
    return true;
  }
  keyAt(): undefined {}
  reserve(): 'done' {
    return 'done';
  }
  resize(): boolean {
    return true;
  }
  trim(): boolean {
    return false;
  }
  touch(): void {}
  remove(): void {}
  clear(): void {}
  setPromise(): void {}
  setChecked(): void {}
  unwatch(): void {}
  expire(): void {}

  value(): never {
    return this.#nothingHeld();
  }
  promise(): never {
    return this.#nothingHeld();
  }
  tags(): readonly Tag[] {
    return this.#nothingHeld();
  }
  createdAt(): number {
    return this.#nothingHeld();
  }
  isFresh(): boolean {
    return this.#nothingHeld();
  }
  isSettled(): boolean {
    return this.#nothingHeld();
  }
  earlyMs(): number {
    return this.#nothingHeld();
  }
  isWatched(): boolean {
    return this.#nothingHeld();
  }
  freshUntil(): number {
    return this.#nothingHeld();
  }
  staleUntil(): number {
    return this.#nothingHeld();
  }
  expiresAt(): number {
    return this.#nothingHeld();
  }
  loadStartedAt(): number {
    return this.#nothingHeld();
  }
  position(): number {
    return this.#nothingHeld();
  }
  version(): number {
    return this.#nothingHeld();
  }
  weight(): number {
    return this.#nothingHeld();
  }
  isChecked(): boolean {
    return this.#nothingHeld();
  }
  checkedSeq(): number {
    return this.#nothingHeld();
  }

  #nothingHeld(): never {
    throw new Error('no slot is ever given out');
  }
}
