import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { checkNames } from '../core/check-options.ts';
import { CacheError, invalidArgument } from '../core/errors.ts';
import { framed } from './framed.ts';
import { ids } from './ids.ts';
import type { Step } from './step.ts';

/** A secret with its name. */
export interface EncryptionKey {
  /** Stands before what it encrypts, readable, so that the key is found again; 1 to 32 of `A-Z a-z 0-9 . _ -`. */
  readonly id: string;
  /** 32 random bytes, or the same as base64: `openssl rand -base64 32`. */
  readonly secret: Uint8Array | string;
}

/** What `encrypted` takes. */
export interface EncryptionOptions {
  /** The first encrypts; all of them decrypt. */
  readonly keys: readonly EncryptionKey[];
  /** Reads what is not encrypted, too: while a cache that has such values is being changed over. @default false */
  readonly acceptPlain?: boolean;
}

const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Hides values from those who can read the remote, and refuses what those who can write to it have changed, or
 * copied from another key or cache. AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits: change the key
 * before it has encrypted 2^32 values. Keys, tags and times stay readable. Throws INVALID_ARGUMENT for wrong options.
 *
 * ```
 * 0  id          u8
 * 1  key id      u8 length, then the text
 *    nonce       12
 *    tag         16
 *    ciphertext
 * ```
 */
export function encrypted(options: EncryptionOptions): Step {
  const { keys, acceptPlain } = checkOptions(options);
  const [[id, key]] = keys as unknown as readonly [[string, KeyObject]];
  const known = new Map(keys);
  const head = framed(ids.aes256Gcm, Uint8Array.of(id.length), Buffer.from(id));
  return {
    name: 'encrypted',
    ids: [ids.aes256Gcm],
    required: !acceptPlain,
    apply(bytes, address) {
      const nonce = randomBytes(nonceBytes);
      const encrypting = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes });
      encrypting.setAAD(boundTo(head, address));
      const hidden = [encrypting.update(bytes), encrypting.final()];
      return Buffer.concat([head, nonce, encrypting.getAuthTag(), ...hidden]);
    },
    undo: (bytes, address) => decrypt(bytes, address, known),
  };
}

function decrypt(
  bytes: Uint8Array,
  address: string,
  known: ReadonlyMap<string, KeyObject>,
): Uint8Array {
  const headBytes = 2 + (bytes[1] ?? 0);
  const head = bytes.subarray(0, headBytes);
  const id = Buffer.from(head.subarray(2)).toString('latin1');
  const key = known.get(id);
  if (key === undefined) {
    throw new Error(
      `it was encrypted by the key ${JSON.stringify(id)}, which is not among the keys`,
    );
  }
  const nonceEnd = headBytes + nonceBytes;
  const hiddenAt = nonceEnd + tagBytes;
  if (bytes.length < hiddenAt) throw new Error('it is cut off');
  const nonce = bytes.subarray(headBytes, nonceEnd);
  const decrypting = createDecipheriv(cipher, key, nonce, { authTagLength: tagBytes });
  decrypting.setAAD(boundTo(head, address));
  decrypting.setAuthTag(bytes.subarray(nonceEnd, hiddenAt));
  const plain = decrypting.update(bytes.subarray(hiddenAt));
  try {
    return Buffer.concat([plain, decrypting.final()]);
  } catch (cause) {
    const message =
      'it was changed, or encrypted for another key of the cache, or by another secret';
    throw new Error(message, { cause });
  }
}

/** What is authenticated beside the value: how it was encrypted, and for which cache and key. */
function boundTo(head: Uint8Array, address: string): Uint8Array {
  return Buffer.concat([head, Buffer.from(address)]);
}

function checkOptions(options: EncryptionOptions): {
  readonly keys: readonly (readonly [id: string, key: KeyObject])[];
  readonly acceptPlain: boolean;
} {
  checkNames(options, 'encrypted options', ['keys', 'acceptPlain']);
  const { keys, acceptPlain = false } = options;
  if (typeof acceptPlain !== 'boolean') {
    throw invalidArgument('encrypted options.acceptPlain', 'true or false', acceptPlain);
  }
  const field = 'encrypted options.keys';
  if (!Array.isArray(keys) || keys.length === 0) {
    throw invalidArgument(field, 'a list of at least one key', keys);
  }
  const checked = keys.map((key, index) => checkKey(key, `${field}[${index}]`));
  if (new Set(checked.map(([id]) => id)).size < checked.length) {
    throw new CacheError('INVALID_ARGUMENT', `${field} must have different ids`);
  }
  return { keys: checked, acceptPlain };
}

function checkKey(key: EncryptionKey, field: string): readonly [string, KeyObject] {
  checkNames(key, field, ['id', 'secret']);
  const { id, secret } = key;
  if (typeof id !== 'string' || !/^[\w.-]{1,32}$/.test(id)) {
    throw invalidArgument(`${field}.id`, '1 to 32 of the characters A-Z a-z 0-9 . _ -', id);
  }
  const bytes = typeof secret === 'string' ? Buffer.from(secret, 'base64') : secret;
  if (!(bytes instanceof Uint8Array) || bytes.length !== 32) {
    // Not what it was: that may be nearly the secret.
    throw new CacheError(
      'INVALID_ARGUMENT',
      `${field}.secret must be 32 bytes, or base64 of 32 bytes`,
    );
  }
  return [id, createSecretKey(bytes)];
}
