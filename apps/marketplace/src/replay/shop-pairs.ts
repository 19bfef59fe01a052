import { randomBytes } from 'node:crypto';
import { readConfig } from '../config.ts';
import { makeDataFolder, type DataFolder } from './data-folder.ts';
import { shopEnvironment } from './shop-environment.ts';
import { ShopProcess } from './shop-process.ts';
import { redisVersion, removeRedisKeys } from './visit-redis.ts';

/** Seeding writes much, and the data is copied only when all of it has reached the disk. */
const patienceAfterSeedingMs = 30_000;

/** Two shops that differ in nothing but the cache. */
export interface ShopPair {
  readonly uncached: ShopProcess;
  readonly cached: ShopProcess;
}

/** Opens pairs of shops over the same seeded data and leaves nothing behind. */
export class ShopPairs {
  readonly #folder: DataFolder;
  readonly #redisUrl: string | undefined;
  /** Where the cached shops keep their entries. */
  readonly cache: string;

  private constructor(folder: DataFolder, redisUrl: string | undefined, cache: string) {
    this.#folder = folder;
    this.#redisUrl = redisUrl;
    this.cache = cache;
  }

  /** Seeds the data for all pairs. The signal ends it early. */
  static async prepare(signal: AbortSignal): Promise<ShopPairs> {
    const { redisUrl } = readConfig(process.env);
    const cache = redisUrl ? `in memory and Redis ${await redisVersion(redisUrl)}` : 'in memory';
    const folder = await makeDataFolder();
    try {
      await seed(folder, signal);
      return new ShopPairs(folder, redisUrl, cache);
    } catch (error) {
      folder.remove();
      throw error;
    }
  }

  /** Opens a pair for as long as the work takes. Its cache has a name of its own and begins empty. */
  async withPair<Result>(
    signal: AbortSignal,
    work: (pair: ShopPair) => Promise<Result>,
  ): Promise<Result> {
    const cacheName = `replay-${randomBytes(6).toString('hex')}`;
    await using opened = new AsyncDisposableStack();
    opened.defer(() => this.#forget(cacheName));
    const open = async (cache: 'on' | 'off', dataDir: string): Promise<ShopProcess> => {
      const shop = await ShopProcess.open(shopEnvironment({ cache, dataDir, cacheName }), signal);
      opened.defer(() => shop.close());
      return shop;
    };
    const uncached = await open('off', this.#folder.uncached);
    const cached = await open('on', this.#folder.cached);
    return await work({ uncached, cached });
  }

  /** Removes the data. */
  remove(): void {
    this.#folder.remove();
  }

  async #forget(cacheName: string): Promise<void> {
    if (this.#redisUrl !== undefined) await removeRedisKeys(this.#redisUrl, cacheName);
  }
}

async function seed({ uncached, copy }: DataFolder, signal: AbortSignal): Promise<void> {
  const setting = { cache: 'off', dataDir: uncached, cacheName: 'replay' } as const;
  const shop = await ShopProcess.open(shopEnvironment(setting), signal);
  await shop.close(patienceAfterSeedingMs);
  signal.throwIfAborted();
  await copy();
}
