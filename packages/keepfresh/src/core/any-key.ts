import { digest } from './digest.ts';

/** Room for prefixes of drop-ins in the 1,024 bytes of a key. */
const longestClear = 900;

/**
 * A key that can be used, of any text: as it stands, but for what a key cannot be or begin with. For keys that
 * somebody else's interface lets its users choose; different texts give different keys.
 */
export function anyKey(text: string): string {
  const isClear = text !== '' && text.isWellFormed() && Buffer.byteLength(text) <= longestClear;
  if (!isClear) return `%#${digest(text)}`;
  return /^[~%]/.test(text) ? `%${text}` : text;
}
