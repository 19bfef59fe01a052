import KeyvRedis from '@keyv/redis';
import { createCache } from 'cache-manager';
import { Keyv } from 'keyv';
import { type Contender, tenMinutes } from './contender.ts';

export const cacheManager: Contender = {
  name: 'cache-manager',
  package: 'cache-manager',
  async open({ url, name, without }) {
    const remote = new Keyv({ store: new KeyvRedis(url), namespace: name });
    remote.on('error', () => {});
    const stores = without === 'memory' ? [remote] : [new Keyv(), remote];
    const cache = createCache({ stores, ttl: tenMinutes });
    return {
      read: (key, load) => cache.wrap(key, load, tenMinutes),
      invalidateKey: (key) => cache.del(key),
      close: () => cache.disconnect(),
    };
  },
};
