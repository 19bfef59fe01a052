/** Where a shop keeps its data and whether it caches. */
export interface ShopSetting {
  readonly cache: 'on' | 'off';
  /** Folder of the embedded database. */
  readonly dataDir: string;
  /** Owns the keys in Redis. A name nobody else uses makes the cache begin empty and touch nothing else. */
  readonly cacheName: string;
}

/** The environment of a shop for the replay: ours, but silent, on a free local port and with this setting. */
export function shopEnvironment({ cache, dataDir, cacheName }: ShopSetting): NodeJS.ProcessEnv {
  return {
    ...process.env,
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: '0',
    DATA_DIR: dataDir,
    CACHE: cache,
    CACHE_NAME: cacheName,
    LOG_LEVEL: 'error',
    REQUEST_LOG: 'off',
    // The shop without a cache has no use for it, and would connect all the same.
    REDIS_URL: cache === 'on' ? process.env['REDIS_URL'] : '',
  };
}
