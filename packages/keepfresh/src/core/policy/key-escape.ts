/**
 * What a part keeps as it is. Everything else that ASCII has is escaped: `:` and `/` separate, `*?[]\`
 * have a meaning in patterns, `{}` are hash tags of Redis Cluster, `~` begins a namespace, `%` escapes.
 */
const plain = /[\w.@+-]/;

/**
 * For each character that ASCII has, what stands for it in a key; '' where that is itself. Parts are short: to look at
 * each character costs less than a search.
 */
const asciiEscapes: readonly string[] = Array.from({ length: 0x80 }, (_, code) =>
  plain.test(String.fromCharCode(code)) ? '' : escapeByte(code),
);

/*
 * Fixed ranges and no Unicode classes such as \p{Z}: two processes with different Unicode tables, one week
 * apart in a deployment, must build the same key. Escaped beside ASCII are blanks, controls and marks of
 * writing direction, which could forge what a person reads in a log.
 */
const special =
  /[^\w.@+\u0080-\u{10ffff}-]|[\u0080-\u00a0\u00ad\u2000-\u206f\u3000\ufeff]|[\ud800-\udfff]/gu;

/**
 * Text of a part as it stands in a key: the UTF-8 bytes of special characters become `%XX`, the rest stays.
 * Different texts never give the same; that holds for broken UTF-16 too, whose half characters are escaped
 * as three bytes that no well-formed text has.
 */
export function escapePart(text: string): string {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x80 || asciiEscapes[code] !== '') return escapeFrom(text, index);
  }
  return text;
}

/** Up to `first` there is nothing to escape. */
function escapeFrom(text: string, first: number): string {
  let escaped = '';
  let kept = 0;
  for (let index = first; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x80) return text.replace(special, escapeCharacter);
    if (asciiEscapes[code] === '') continue;
    escaped += text.slice(kept, index) + asciiEscapes[code]!;
    kept = index + 1;
  }
  return escaped + text.slice(kept);
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xd800 && code <= 0xdfff) return escapeHalf(code);
  return Array.from(Buffer.from(character), escapeByte).join('');
}

function escapeHalf(code: number): string {
  const bytes = [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
  return bytes.map(escapeByte).join('');
}

function escapeByte(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
