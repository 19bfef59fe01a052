export { Fifo } from './fifo.ts';
export { MemoryHub, type MemoryHubOptions } from './memory-hub.ts';
export type { LogLimits } from './log-server.ts';
export { type LogImage, MemoryLog, type MemoryLogOptions, type LogPart } from './memory-log.ts';
export { memoryRemote } from './memory-remote.ts';
export { MemoryStore, type MemoryStoreOptions } from './memory-store.ts';
export { MemoryTier, type MemoryTierOptions } from './memory-tier.ts';
export { NoMemory } from './no-memory.ts';
