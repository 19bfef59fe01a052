import type { StoredResponse } from './stored-response.ts';

/** What is kept under a key. */
export type KeptResponse =
  | {
      readonly kind: 'response';
      readonly response: StoredResponse;
      /** The fields it depends on, and the digest of what its request said in them; absent without any. */
      readonly variant?: { readonly names: readonly string[]; readonly digest: string };
    }
  /** For a short while nobody waits for the response to another request: it could not be shared. */
  | { readonly kind: 'uncacheable'; readonly reason: string };

/** Whether a value is one of ours: whoever shares the cache can have set another under the key. */
export function isKeptResponse(value: unknown): value is KeptResponse {
  if (!isObject(value)) return false;
  if (value['kind'] === 'uncacheable') return typeof value['reason'] === 'string';
  const { kind, response, variant } = value;
  return (
    kind === 'response' &&
    isStoredResponse(response) &&
    (variant === undefined || isVariant(variant))
  );
}

function isStoredResponse(value: unknown): boolean {
  if (!isObject(value) || !isObject(value['headers']) || !isObject(value['body'])) return false;
  const { text, base64 } = value['body'];
  const { status, ageMs, arrivedAt, freshMs } = value;
  const times = (ageMs as number) + (arrivedAt as number) + (freshMs as number);
  return typeof (text ?? base64) === 'string' && Number.isFinite((status as number) + times);
}

function isVariant(value: unknown): boolean {
  return isObject(value) && Array.isArray(value['names']) && typeof value['digest'] === 'string';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
