import KeyvRedis from '@keyv/redis';
import { createCache } from 'cache-manager';
import { Keyv } from 'keyv';
import { type Contender, tenMinutes } from './contender.ts';

export const cacheManager: Contender = {
  name: 'cache-manager',
  package: 'cache-manager',
  refreshes: ['early'],
  async open({ url, name, without, ttlMs = tenMinutes, refreshing }) {
    const remote = new Keyv({ store: new KeyvRedis(url), namespace: name });
    remote.on('error', () => {});
    const stores = without === 'memory' ? [remote] : [new Keyv(), remote];
    const cache = createCache({ stores, ttl: ttlMs });
    // Its threshold is a time; the question's loads take a tenth of what entries live.
    const refreshThreshold = refreshing === 'early' ? ttlMs / 4 : undefined;
    return {
      read: (key, load) => cache.wrap(key, load, ttlMs, refreshThreshold),
      invalidateKey: (key) => cache.del(key),
      close: () => cache.disconnect(),
    };
  },
};
