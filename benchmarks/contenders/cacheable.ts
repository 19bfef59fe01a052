import KeyvRedis from '@keyv/redis';
import { Cacheable } from 'cacheable';
import { Keyv } from 'keyv';
import { type Contender, tenMinutes } from './contender.ts';

export const cacheable: Contender = {
  name: 'cacheable',
  package: 'cacheable',
  async open({ url, name, ttlMs = tenMinutes }) {
    const secondary = new Keyv({ store: new KeyvRedis(url), namespace: name });
    secondary.on('error', () => {});
    const cache = new Cacheable({ secondary, ttl: ttlMs });
    cache.on('error', () => {});
    return {
      read: async (key, load) => (await cache.getOrSet(key, load, { ttl: ttlMs }))!,
      invalidateKey: (key) => cache.delete(key),
      close: () => cache.disconnect(),
    };
  },
};
