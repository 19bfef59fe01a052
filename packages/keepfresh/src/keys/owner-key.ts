import type { KeyPart } from '../core/policy/key-template.ts';
import { partOf } from './part-of.ts';

/**
 * The key of what belongs to a user: `userKey(42, 'profile')` is `user:42:profile`. Parts are escaped as in the `key`
 * template, so two different lists of parts never give one key. Throws INVALID_ARGUMENT, which names the part.
 */
export function userKey(userId: KeyPart, ...parts: readonly KeyPart[]): string {
  return joined('user', 'userKey', [userId, ...parts]);
}

/**
 * The key of what belongs to a tenant, an organisation say: `tenantKey('acme', 'user', 42)` is `tenant:acme:user:42`.
 * As `userKey` otherwise.
 */
export function tenantKey(tenantId: KeyPart, ...parts: readonly KeyPart[]): string {
  return joined('tenant', 'tenantKey', [tenantId, ...parts]);
}

function joined(kind: string, name: string, parts: readonly KeyPart[]): string {
  const texts = parts.map((part, n) => partOf(part, `part ${n + 1} of ${name}`));
  return [kind, ...texts].join(':');
}
