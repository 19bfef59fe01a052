import type { AsyncMethod } from './decorated-method.ts';

/** A function of a method's arguments, such as what builds its key. */
export type ArgumentsFunction = (...args: never[]) => unknown;

/** Nothing more than the method when the function takes its parameters; otherwise nothing fits. */
export type Fits<Of, Method extends AsyncMethod> = Of extends ArgumentsFunction
  ? Of extends (...args: Parameters<Method>) => unknown
    ? unknown
    : never
  : unknown;

/**
 * A decorator of both of TypeScript's kinds for methods that return a promise, and whose parameters the function
 * `Of` takes.
 */
export interface AsyncMethodDecorator<Of> {
  <Method extends AsyncMethod>(
    method: Method & Fits<Of, Method>,
    context: ClassMethodDecoratorContext,
  ): Method;
  <Method extends AsyncMethod>(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<Method & Fits<Of, Method>>,
  ): void;
}
