import { CacheError } from '../core/errors.ts';
import { passHandleOn } from './method-handle.ts';
import type { ParameterNames } from './method-key.ts';

/** A method that returns a promise: a decorated one always does. */
export type AsyncMethod = (this: never, ...args: never[]) => Promise<unknown>;

/** What a decorator knows of its method. */
export interface DecoratedMethod {
  /** Runs the method. What is no promise becomes one, with a warning for the first (in JavaScript; types refuse it). */
  readonly call: (self: unknown, args: readonly unknown[]) => Promise<unknown>;
  readonly name: string | symbol;
  /** `ProductService.find` once it was called on an object, `find` before. */
  readonly label: () => string;
  /** Learns the class from an object that the method is called on. */
  readonly calledOn: (self: unknown) => void;
  /** Places named by `@CacheKey`; known when the class is complete. */
  readonly parameters: () => ParameterNames;
}

type Replacement = (this: unknown, ...args: unknown[]) => unknown;

/**
 * A decorator of methods for both of TypeScript's kinds: the standard one is called with the method and a
 * context, the one of `experimentalDecorators` with the class, the name and a descriptor.
 */
export function methodDecorator(
  decorator: string,
  replace: (method: DecoratedMethod) => Replacement,
): (...args: readonly unknown[]) => unknown {
  return (...args) => {
    if (isStandard(args)) return replaceStandard(decorator, args, replace);
    return replaceLegacy(decorator, args, replace);
  };
}

const replacements = new WeakSet<object>();

/** Whether a class has methods with a decorator of this package, inherited ones included; by its prototype. */
export function hasDecoratedMethods(prototype: object): boolean {
  for (let at: unknown = prototype; at !== null && at !== Object.prototype;) {
    const methods = Object.values(Object.getOwnPropertyDescriptors(at as object));
    if (
      methods.some(({ value }) => typeof value === 'function' && replacements.has(value as object))
    ) {
      return true;
    }
    at = Object.getPrototypeOf(at);
  }
  return false;
}

/** The places that `@CacheKey` names, by class and method. */
const parameterNames = new WeakMap<object, Map<string | symbol, Map<string, number>>>();

/** Names a parameter of a method of a class for templates. */
export function nameParameter(
  target: object,
  method: string | symbol,
  name: string,
  index: number,
): void {
  const methods = parameterNames.get(target) ?? new Map<string | symbol, Map<string, number>>();
  const names = methods.get(method) ?? new Map<string, number>();
  names.set(name, index);
  methods.set(method, names);
  parameterNames.set(target, methods);
}

interface StandardContext {
  readonly kind: string;
  readonly name: string | symbol;
}

function isStandard(args: readonly unknown[]): args is readonly [unknown, StandardContext] {
  const [, context] = args;
  return typeof context === 'object' && context !== null && 'kind' in context;
}

function replaceStandard(
  decorator: string,
  [method, { kind, name }]: readonly [unknown, StandardContext],
  replace: (method: DecoratedMethod) => Replacement,
): Replacement {
  if (kind !== 'method' || typeof method !== 'function') throw notAMethod(decorator, name);
  const about = described(decorator, method, name);
  return named(name, method, replace({ ...about, parameters: () => new Map() }));
}

function replaceLegacy(
  decorator: string,
  args: readonly unknown[],
  replace: (method: DecoratedMethod) => Replacement,
): PropertyDescriptor {
  const [target, name, descriptor] = args as [
    object,
    string | symbol,
    PropertyDescriptor | undefined,
  ];
  const method: unknown = descriptor?.value;
  if (descriptor === undefined || typeof method !== 'function') throw notAMethod(decorator, name);
  const parameters = (): ParameterNames => parameterNames.get(target)?.get(name) ?? new Map();
  const about = described(decorator, method, name);
  const value = named(name, method, replace({ ...about, parameters }));
  copyMetadata(method, value);
  return { ...descriptor, value };
}

function described(
  decorator: string,
  method: object,
  name: string | symbol,
): Omit<DecoratedMethod, 'parameters'> {
  let label = String(name);
  let warned = false;
  const calledOn = (self: unknown): void => {
    label = `${classNameOf(self)}.${String(name)}`;
  };
  const warn = (self: unknown): void => {
    if (warned) return;
    warned = true;
    calledOn(self);
    const what = `${label} is decorated with @${decorator}, and returned no promise: its callers get one`;
    process.emitWarning(what, { type: 'KeepfreshWarning', code: 'KEEPFRESH_SYNC_METHOD' });
  };
  return {
    name,
    label: () => label,
    calledOn,
    call: async (self, args) => {
      const result = Reflect.apply(method as Replacement, self, args as unknown[]);
      if (!isThenable(result)) warn(self);
      return result;
    },
  };
}

function isThenable(result: unknown): boolean {
  return typeof (result as { readonly then?: unknown } | null | undefined)?.then === 'function';
}

function classNameOf(self: unknown): string {
  if (typeof self === 'function') return self.name;
  const constructor = (self as { constructor?: { name?: string } } | undefined)?.constructor;
  return constructor?.name ?? 'a class';
}

function named(name: string | symbol, method: object, replacement: Replacement): Replacement {
  replacements.add(replacement);
  passHandleOn(method, replacement);
  const text = typeof name === 'symbol' ? `[${name.description ?? ''}]` : name;
  Object.defineProperty(replacement, 'name', { value: text, configurable: true });
  const { length } = method as Replacement;
  return Object.defineProperty(replacement, 'length', { value: length, configurable: true });
}

/** What other decorators have told reflect-metadata of the method: routes, guards, API descriptions. */
function copyMetadata(from: object, to: object): void {
  const { getOwnMetadataKeys, getOwnMetadata, defineMetadata } = Reflect as unknown as {
    getOwnMetadataKeys?: (target: object) => unknown[];
    getOwnMetadata: (key: unknown, target: object) => unknown;
    defineMetadata: (key: unknown, value: unknown, target: object) => void;
  };
  if (getOwnMetadataKeys === undefined) return;
  for (const key of getOwnMetadataKeys(from)) defineMetadata(key, getOwnMetadata(key, from), to);
}

function notAMethod(decorator: string, name: unknown): CacheError {
  const message = `@${decorator} belongs on a method, but was on ${String(name)}`;
  return new CacheError('INVALID_ARGUMENT', message);
}
