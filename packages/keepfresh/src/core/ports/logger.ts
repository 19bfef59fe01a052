/** Where the cache writes what a person should read. Silent unless given. */
export interface Logger {
  warn(message: string): void;
  error(message: string): void;
}
