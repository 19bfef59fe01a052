export { Fifo } from './eviction/fifo.ts';
export { Lru } from './eviction/lru.ts';
export { S3Fifo } from './eviction/s3-fifo.ts';
export { Ttl } from './eviction/ttl.ts';
export { WTinyLfu } from './eviction/w-tiny-lfu.ts';
export { MemoryHub, type MemoryHubOptions } from './remote/memory-hub.ts';
export type { LogLimits } from '../core/ports/log-limits.ts';
export {
  type LogImage,
  MemoryLog,
  type MemoryLogOptions,
  type LogPart,
} from './remote/memory-log.ts';
export { memoryRemote } from './remote/memory-remote.ts';
export { MemoryStore, type MemoryStoreOptions } from './remote/memory-store.ts';
export { MemoryTier } from './memory-tier.ts';
export type { MemoryTierOptions } from './memory-tier-options.ts';
export { NoMemory } from './no-memory.ts';
