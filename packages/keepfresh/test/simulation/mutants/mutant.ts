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

/** A mutant: the name of its row, what is different in it, and where the source says otherwise. */
export function mutant(name: string, change: string, ...patches: readonly Patch[]): Mutant {
  return { name, change, patches };
}

/** The patch that puts a text in the place of another. */
export function instead(file: string, find: string, replace: string): Patch {
  return { file, find, replace };
}

/** The patch that takes a text away. */
export function without(file: string, text: string): Patch {
  return { file, find: text, replace: '' };
}

/** The patch that adds a text in front of another. */
export function before(file: string, text: string, added: string): Patch {
  return { file, find: text, replace: added + text };
}

/** The patch that adds a text behind another. */
export function after(file: string, text: string, added: string): Patch {
  return { file, find: text, replace: text + added };
}
