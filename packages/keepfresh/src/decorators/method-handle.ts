import { invalidArgument } from '../core/errors.ts';
import type { InvalidationResult } from '../core/engine/invalidations/invalidator.ts';

/** What is cached of a decorated method, by the arguments it is called with. */
export interface MethodHandle<Args extends readonly unknown[], T> {
  /** The key for these arguments. */
  key(...args: Args): string;
  /** The value if this process's memory has it fresh, at once; otherwise undefined. */
  peek(...args: Args): T | undefined;
  /** Invalidates the value for these arguments. */
  invalidate(...args: Args): Promise<InvalidationResult>;
  /** Calls the method, whatever is cached, and keeps its result in place of what was. */
  refresh(...args: Args): Promise<T>;
}

type AnyHandle = MethodHandle<readonly unknown[], unknown>;

const handles = new WeakMap<object, (self: unknown) => AnyHandle>();

/** Remembers how the handle of a decorated method is made. */
export function registerHandle(method: object, handleOf: (self: unknown) => AnyHandle): void {
  handles.set(method, handleOf);
}

/** Finds what is cached of a method behind another decorator around it. */
export function passHandleOn(method: object, replacement: object): void {
  const handleOf = handles.get(method);
  if (handleOf !== undefined && !handles.has(replacement)) handles.set(replacement, handleOf);
}

/**
 * The key of the method that overrides another one on an object, where both have `@Cacheable`; undefined where it is the
 * object's own.
 */
export function overridingKey(
  self: unknown,
  { name, replacement }: { readonly name: string | symbol; readonly replacement: object },
): AnyHandle['key'] | undefined {
  const method = (self as Record<string | symbol, unknown> | null | undefined)?.[name];
  const handleOf = typeof method === 'function' ? handles.get(method) : undefined;
  if (handleOf === undefined || handleOf === handles.get(replacement)) return undefined;
  return (...args) => handleOf(self).key(...args);
}

type Methods<Service> = {
  [Name in keyof Service]: Service[Name] extends (...args: never[]) => Promise<unknown>
    ? Name
    : never;
}[keyof Service];

type HandleOf<Method> = Method extends (...args: infer Args) => Promise<infer T>
  ? MethodHandle<Args, T>
  : never;

/**
 * What is cached of a method that `@Cacheable` is on: `cached(products, 'find').invalidate(7)`. Throws
 * INVALID_ARGUMENT for a method without it.
 */
export function cached<Service extends object, Name extends Methods<Service>>(
  service: Service,
  method: Name,
): HandleOf<Service[Name]> {
  const value: unknown = service[method];
  const handleOf = typeof value === 'function' ? handles.get(value) : undefined;
  if (handleOf !== undefined) return handleOf(service) as HandleOf<Service[Name]>;
  throw invalidArgument('the second argument of cached', 'a method with @Cacheable', method);
}
