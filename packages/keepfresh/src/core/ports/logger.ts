/** Where the cache writes what a person should read, such as `console`. */
export interface Logger {
  /** What may pass by itself: the remote is away, a setting of it weakens a promise. */
  warn(message: string): void;
  /** What somebody has to mend: a listener that throws, a package that is not installed. */
  error(message: string): void;
}
