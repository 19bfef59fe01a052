/** A load that has begun, and goes on until it is told how it ends. */
interface RunningLoad<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/** A loader that answers when it is told to, and the loads that it was called for, in order. */
export function slowLoader<T>(): {
  readonly load: (context: { readonly signal: AbortSignal }) => Promise<T>;
  readonly calls: readonly RunningLoad<T>[];
} {
  const calls: RunningLoad<T>[] = [];
  return {
    load: ({ signal }) => new Promise((resolve, reject) => calls.push({ resolve, reject, signal })),
    calls,
  };
}
