import { parseSnapshotLine } from '../../src/core/policy/snapshot-line.ts';
import type { Actor } from './actor.ts';
import type { Observer } from './observer.ts';
import { loadOf } from './servers.ts';

/** A file that all processes write their snapshots to, and read. */
export class SnapshotWorkload<P extends Actor = Actor> {
  readonly #observer: Observer;
  #lines: readonly string[] = [];

  constructor(observer: Observer) {
    this.#observer = observer;
  }

  async write(process: P): Promise<void> {
    const lines: string[] = [];
    try {
      for await (const line of process.cache.exportEntries()) lines.push(line);
      this.#lines = lines;
    } catch {
      // It has not heard of the log yet, or ends.
    }
  }

  /**
   * It takes its time for each line, and is refused where nobody can judge it. Before a process has heard of the log it
   * does not know when it adopts what.
   */
  async read(process: P, { adopt = false }: { readonly adopt?: boolean }): Promise<void> {
    const lines = this.#lines;
    const slowly = async function* (): AsyncGenerator<string> {
      for (const line of lines) {
        await process.sleep(1);
        yield line;
      }
    };
    try {
      if (adopt) await process.cache.ready();
      if (!process.alive) return;
      if (adopt) this.#observer.adopts(process.name, lines.flatMap(loadsOf));
      await process.cache.importEntries(slowly(), { adopt });
    } catch {
      // Nobody could judge it.
    }
  }
}

function loadsOf(text: string): readonly number[] {
  const line = parseSnapshotLine(text);
  return line?.kind === 'entry' ? [loadOf(line.record)] : [];
}
