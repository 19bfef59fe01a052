import { rmSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder for the data of two shops. It is gone when the program ends, however it ends. */
export interface DataFolder {
  /** Data of the shop without a cache. */
  readonly uncached: string;
  /** Data of the shop with a cache. */
  readonly cached: string;
  /** Gives the cached shop the data of the uncached one. Both must be closed. */
  copy(): Promise<void>;
  /** Removes the folder with everything in it. */
  remove(): void;
}

/** Makes a data folder in the system's folder for temporary files. */
export async function makeDataFolder(): Promise<DataFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'marketplace-replay-'));
  const [uncached, cached] = [join(folder, 'uncached'), join(folder, 'cached')];
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    process.off('exit', remove);
  };
  process.on('exit', remove);
  return { uncached, cached, remove, copy: () => cp(uncached, cached, { recursive: true }) };
}
