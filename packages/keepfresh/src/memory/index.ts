export { Fifo } from './fifo.ts';
export { MemoryTier, type MemoryTierOptions } from './memory-tier.ts';
export { NoMemory } from './no-memory.ts';
