import { invalidArgument } from '../core/errors.ts';
import { nameParameter } from './decorated-method.ts';

/**
 * Names a parameter for templates: `find(@CacheKey('id') id: number)` is `{id}`. TypeScript has decorators of
 * parameters with `experimentalDecorators` only; `{0}` works without.
 */
export function CacheKey(
  name: string,
): (target: object, method: string | symbol | undefined, index: number) => void {
  if (typeof name !== 'string' || !/^[A-Za-z_]\w*$/.test(name)) {
    throw invalidArgument('@CacheKey', 'a name of letters, digits and _', name);
  }
  return (target, method, index) => {
    if (method !== undefined) nameParameter(target, method, name, index);
  };
}
