import type { Actor } from './actor.ts';

/** A file that all processes write their snapshots to, and read. */
export class SnapshotWorkload<P extends Actor = Actor> {
  #lines: readonly string[] = [];

  async write(process: P): Promise<void> {
    const lines: string[] = [];
    try {
      for await (const line of process.cache.exportEntries()) lines.push(line);
      this.#lines = lines;
    } catch {
      // It has not heard of the log yet, or ends.
    }
  }

  /** It takes its time for each line, and is refused where nobody can judge it. */
  async read(process: P): Promise<void> {
    const lines = this.#lines;
    const slowly = async function* (): AsyncGenerator<string> {
      for (const line of lines) {
        await process.sleep(1);
        yield line;
      }
    };
    await process.cache.importEntries(slowly()).catch(() => {});
  }
}
