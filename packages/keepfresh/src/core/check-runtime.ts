import { CacheError } from './errors.ts';

/** Throws NOT_SUPPORTED where the runtime is too old, before anything of it is missed somewhere inside. */
export function checkRuntime(): void {
  if (typeof Promise.withResolvers === 'function') return;
  const message = `keepfresh needs Node.js 22.12 or newer, but this is ${process.version}`;
  throw new CacheError('NOT_SUPPORTED', message);
}
