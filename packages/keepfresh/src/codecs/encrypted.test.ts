import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encrypted, type EncryptionOptions } from './encrypted.ts';

const [old, current] = [
  { id: '2026-10', secret: randomBytes(32) },
  { id: '2026-11', secret: randomBytes(32).toString('base64') },
];
const value = Buffer.from('{"iban":"DE00"}');
const step = encrypted({ keys: [current] });

describe('encrypted', () => {
  it('hides bytes, differently each time, and gives them back', () => {
    const [one, two] = [step.apply(value, 'shop:k')!, step.apply(value, 'shop:k')!];
    expect(Buffer.from(one).includes('iban')).toBe(false);
    expect(one).not.toEqual(two);
    expect(Buffer.from(step.undo(one, 'shop:k'))).toEqual(value);
    expect(Buffer.from(step.undo(two, 'shop:k'))).toEqual(value);
  });

  it('encrypts with the first key and decrypts with any', () => {
    const before = encrypted({ keys: [old] });
    const changing = encrypted({ keys: [current, old] });
    expect(Buffer.from(changing.undo(before.apply(value, 'k')!, 'k'))).toEqual(value);
    expect(Buffer.from(step.undo(changing.apply(value, 'k')!, 'k'))).toEqual(value);
    expect(() => before.undo(changing.apply(value, 'k')!, 'k')).toThrow(
      'it was encrypted by the key "2026-11", which is not among the keys',
    );
  });

  it('refuses what was encrypted for another key or cache', () => {
    const bytes = step.apply(value, 'shop:user:1')!;
    for (const address of ['shop:user:2', 'other:user:1', 'shop:user:1 ', '']) {
      expect(() => step.undo(bytes, address)).toThrow('encrypted for another key');
    }
  });

  it('refuses bytes of which any bit was changed, or which are cut', () => {
    const bytes = step.apply(value, 'k')!;
    for (let bit = 8; bit < bytes.length * 8; bit++) {
      const changed = Uint8Array.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => step.undo(changed, 'k')).toThrow();
    }
    for (let length = 1; length < bytes.length; length++) {
      expect(() => step.undo(bytes.subarray(0, length), 'k')).toThrow();
    }
  });

  it('refuses one secret under the name of another', () => {
    const other = encrypted({ keys: [{ ...current, secret: randomBytes(32) }] });
    expect(() => other.undo(step.apply(value, 'k')!, 'k')).toThrow('by another secret');
  });

  it.each<[string, object, string]>([
    ['no keys', { keys: [] }, 'keys must be a list of at least one key'],
    ['no list', { keys: old }, 'keys must be a list of at least one key'],
    ['a key without id', { keys: [{ secret: old.secret }] }, 'keys[0].id must be 1 to 32'],
    ['one id twice', { keys: [old, { ...current, id: old.id }] }, 'must have different ids'],
    ['a short secret', { keys: [{ id: 'a', secret: 'secret-word' }] }, 'must be 32 bytes'],
    ['a long secret', { keys: [{ id: 'a', secret: randomBytes(64) }] }, 'must be 32 bytes'],
    ['another option', { keys: [old], key: 1 }, "has no option 'key'"],
    ['a wrong word', { keys: [old], acceptPlain: 'yes' }, 'acceptPlain must be true or false'],
  ])('refuses %s, and never shows a secret', (_what, options, message) => {
    const make = () => encrypted(options as EncryptionOptions);
    expect(make).toThrow(message);
    expect(make).not.toThrow('secret-word');
  });
});
