/** The library with one of its defences switched off, by a change of its source. */
export interface Mutant {
  readonly name: string;
  /** What is different, for a reader of the table. */
  readonly change: string;
  readonly patches: readonly Patch[];
  /** Why nothing can tell it from the library, when nothing can. */
  readonly equivalent?: string;
}

/** Replaces text in a file. It must stand there exactly once: else the library has changed and the mutant has to. */
export interface Patch {
  /** Relative to the package. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}
