export {
  UndiciCacheStore,
  type UndiciCacheKey,
  type UndiciCacheStoreOptions,
  type UndiciCacheValue,
  type UndiciFoundResponse,
} from './undici-cache-store.ts';
