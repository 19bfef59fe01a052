/** What each error code means: the one table, which `docs/reference/errors.md` repeats and a test compares. */
export const errorCodes = {
  INVALID_ARGUMENT:
    'An option or argument is wrong. Names the field, what it was and what is allowed.',
  CLOSED: 'The cache was closed before the call, or while it ran.',
  PEER_MISSING:
    'An optional package is needed and not installed. Names the command that installs it.',
  NOT_SUPPORTED:
    'The configured remote cannot do this (tags, patterns and strict need a log), nothing can (list all keys), or Node.js is older than 22.12.',
  NOT_READY: 'The remote did not become ready before the deadline of `ready()`.',
  NEVER_CACHED:
    'The key matches a pattern of `never`, and `never.throws` is set, or it was to be written behind.',
  ENCODE_FAILED: 'A value cannot be cached: it would not come back as it went in.',
  VALUE_INVALID: 'A value does not fit its `schema`. `cause` has the issues.',
  LOAD_TIMEOUT: 'The loader took longer than `loadTimeout`. Its signal has been aborted.',
  LOAD_FAILED:
    'The load this call waited for failed in another process, or `errorTtl` remembers that it failed. `cause` has its name and code.',
  SOME_FAILED:
    'Of several keys read at once some failed. `cause` has what became of each, in order, as `Promise.allSettled` does.',
  OVERLOADED:
    'Too many loads run and wait, or too many writes wait for their source; the caller should shed this request.',
  REMOTE_TIMEOUT: 'A command to the remote did not answer before its deadline.',
  REMOTE_UNAVAILABLE: 'The remote cannot be used now: no connection, or the circuit is open.',
  SHARD_UNAVAILABLE:
    'One node of a cluster cannot be reached now; what is on it is loaded, and the others are used.',
  INVALIDATION_PENDING:
    'The invalidation is in force here and will be everywhere as soon as the remote answers, but is not yet.',
  SNAPSHOT_INVALID: 'The stream is no snapshot of this version, or too much of it is corrupt.',
  SNAPSHOT_REFUSED:
    'The snapshot is of another history of the log, and `adopt` was not set: nobody knows what was invalidated since.',
  MARKER_FAILED:
    'A mutation with `marker: "required"` did not run, because its marker could not be placed.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

const brand = Symbol.for('keepfresh.CacheError');

/**
 * The one error class of keepfresh. `code` says what happened; `cause` keeps what led to it.
 * `instanceof` holds for an error of another installed copy of the package too.
 */
export class CacheError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CacheError';
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }
}

/** Makes the error for a wrong option or argument: what field, what is allowed, what it was. */
export function invalidArgument(field: string, allowed: string, was: unknown): CacheError {
  return new CacheError('INVALID_ARGUMENT', `${field} must be ${allowed}, but was ${show(was)}`);
}

/**
 * What an error says, for the message of another: whatever was thrown, and each of several addresses' failures. Never
 * throws, though what was thrown may have no text, or throw when it is asked for it.
 */
export function messageOf(error: unknown): string {
  try {
    return textOf(error);
  } catch {
    return 'something without a text was thrown';
  }
}

function textOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map(messageOf).join('; ');
  return String(error instanceof Error && error.message !== '' ? error.message : error);
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(shorten(value));
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
