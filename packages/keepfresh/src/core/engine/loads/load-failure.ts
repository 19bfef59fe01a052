import { CacheError, messageOf } from '../../errors.ts';
import { type LoadFailure, longestFailureText } from '../../ports/store.ts';

/** What is told of an error to those who did not see it: its name, message and code, never its stack. */
export function failureOf(error: unknown): LoadFailure {
  try {
    if (error instanceof Error) return described(error);
  } catch {
    // Whatever it is, those who wait must hear of it.
  }
  return { name: 'Error', message: cut(messageOf(error)) };
}

function described(error: Error & { readonly code?: unknown }): LoadFailure {
  const { code } = error;
  const known = { name: cut(String(error.name)), message: cut(String(error.message)) };
  return typeof code === 'string' ? { ...known, code: cut(code) } : known;
}

/** LOAD_FAILED, with what is known of the error as its cause. */
export function loadFailed(failure: LoadFailure): CacheError {
  const cause = Object.assign(new Error(failure.message), {
    name: failure.name,
    ...(failure.code === undefined ? {} : { code: failure.code }),
  });
  delete cause.stack;
  return new CacheError('LOAD_FAILED', failure.message, { cause });
}

/** A copy where it is cut: a part of a text keeps the whole of it in memory. */
function cut(text: string): string {
  if (text.length <= longestFailureText) return text;
  return Buffer.from(text.slice(0, longestFailureText)).toString();
}
