/** A promise to be settled from outside, whose rejection nobody has to handle. */
export function awaitable<Result = void>(): PromiseWithResolvers<Result> {
  const promise = Promise.withResolvers<Result>();
  promise.promise.catch(() => {});
  return promise;
}
