import { CacheError, invalidArgument } from '../errors.ts';
import { escapePart } from './key-escape.ts';

/** What may be put into a key or a pattern: everything that is one unambiguous word. */
export type KeyPart = string | number | bigint | boolean;

/** The same in words, for messages. */
export const allowedParts = 'a string, a finite number, a bigint or a boolean';

/** The text of a part; undefined for what cannot be one. */
export function wordOf(part: unknown): string | undefined {
  if (typeof part === 'string') return part;
  const isWord = Number.isFinite(part) || typeof part === 'bigint' || typeof part === 'boolean';
  return isWord ? String(part) : undefined;
}

/** What stands between two parts must hold one of these: no part ever does, so the parts stay apart. */
const separator = /[^\w.@+%\u0080-\u{10ffff}-]/u;

const checked = new WeakSet<TemplateStringsArray>();

/**
 * A key from a template: `` key`product:${id}:${lang}` ``. Parts are escaped (with `%` only), so no part
 * reaches another key, another segment, a hash tag, a namespace or a pattern, and two different lists of
 * parts never give the same key of one template. A number, bigint or boolean is the same part as its text:
 * `7` and `'7'` give one key.
 *
 * Between two parts there must be a separator such as `:`; without one `('a', 'bc')` and `('ab', 'c')` would
 * be one key. Throws `INVALID_ARGUMENT` for that and for parts of another kind (`undefined`, `null`, objects,
 * `NaN`): they usually are a mistake that would make all of them share one key.
 *
 * It builds tags as well: `` key`org:${orgId}` ``.
 */
export function key(template: TemplateStringsArray, ...parts: readonly KeyPart[]): string {
  return fill('key', template, parts);
}

/**
 * A pattern from a template: `` pattern`user:${id}:*` `` covers what `` key`user:${id}:${anything}` `` gives,
 * and nothing of another user whatever `id` is. The text between the parts is a Redis glob (`*`, `?`,
 * `[a-z]`, `\` to escape); the parts are escaped as in `key` and so mean themselves.
 * A plain string given as a pattern is a glob as it stands.
 */
export function pattern(template: TemplateStringsArray, ...parts: readonly KeyPart[]): string {
  return fill('pattern', template, parts);
}

function fill(tag: string, template: TemplateStringsArray, parts: readonly KeyPart[]): string {
  if (!checked.has(template)) checkTemplate(tag, template);
  let text = template[0] ?? '';
  for (const [index, part] of parts.entries()) {
    text += escapePart(textOf(part, tag, index)) + (template[index + 1] ?? '');
  }
  return text;
}

function textOf(part: unknown, tag: string, index: number): string {
  return wordOf(part) ?? refuse(part, `part ${index + 1} of the ${tag} template`);
}

function refuse(part: unknown, field: string): never {
  throw invalidArgument(field, allowedParts, part);
}

function checkTemplate(tag: string, template: TemplateStringsArray): void {
  if (!Array.isArray(template)) {
    throw invalidArgument(tag, `used as a template, as in ${tag}\`product:\${id}\``, template);
  }
  for (const [index, text] of template.entries()) {
    const isBetween = index > 0 && index < template.length - 1;
    if (isBetween && !separator.test(text ?? '')) throw notSeparated(tag, index, text);
  }
  if (template.includes(undefined as unknown as string)) {
    throw invalidArgument(`the ${tag} template`, 'without invalid escapes such as \\u{', undefined);
  }
  checked.add(template);
}

function notSeparated(tag: string, index: number, text: string): CacheError {
  const field = `what separates part ${index} and part ${index + 1} of the ${tag} template`;
  return invalidArgument(field, "a text that no part can contain, such as ':'", text);
}
