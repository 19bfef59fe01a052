/**
 * A stopwatch that counts what this process computed, its helper threads included, and not what it waited
 * for a processor: on a machine that does other work as well, that repeats itself.
 */
export class ProcessorTime {
  readonly #start = process.cpuUsage();

  /** Microseconds since it was made. */
  get µs(): number {
    const { user, system } = process.cpuUsage(this.#start);
    return user + system;
  }
}
