export type { ArgumentsFunction, AsyncMethodDecorator, Fits } from './async-method-decorator.ts';
export { bindCache } from './cache-binding.ts';
export type { CacheEvictOptions, TargetNames } from './cache-evict.ts';
export { CacheKey } from './cache-key.ts';
export type { CacheWriteThroughOptions } from './cache-write-through.ts';
export type { CacheableOptions } from './cacheable.ts';
export {
  Cacheable,
  CacheEvict,
  CacheWriteThrough,
  createDecorators,
  type Decorators,
} from './create-decorators.ts';
export { type AsyncMethod, hasDecoratedMethods } from './decorated-method.ts';
export { cached, type MethodHandle } from './method-handle.ts';
