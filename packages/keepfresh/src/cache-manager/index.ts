export {
  CacheManager,
  type CacheManagerEntry,
  type CacheManagerOptions,
  type HeldValue,
  type OfValue,
  type WrapSettings,
} from './cache-manager.ts';
