/**
 * Structured fields (RFC 9651), as far as caching uses them: lists and dictionaries of strings, tokens,
 * integers, decimals and booleans. Parameters are read and dropped; inner lists, byte sequences, dates and
 * display strings make the whole field invalid, as the RFC asks of a field that expects none.
 */

/** A token such as `public`, as opposed to the string `"public"`. */
export class HttpToken {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** One bare item. */
export type BareItem = string | number | boolean | HttpToken;

/** The members of a list; undefined when the field is not a valid one. */
export function parseList(field: string): BareItem[] | undefined {
  return parsed(field, (input) => input.list(() => input.item()));
}

/** The members of a dictionary; undefined when the field is not a valid one. The last of two alike counts. */
export function parseDictionary(field: string): Map<string, BareItem> | undefined {
  return parsed(field, (input) => new Map(input.list(() => input.member())));
}

/** A string as an item, or undefined when it holds what no string may. */
export function serializeString(text: string): string | undefined {
  if (!/^[\x20-\x7e]*$/.test(text)) return undefined;
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

function parsed<T>(field: string, read: (input: Input) => T): T | undefined {
  const input = new Input(field);
  try {
    return read(input);
  } catch (error) {
    if (error === invalid) return undefined;
    throw error;
  }
}

const invalid = new Error('not a structured field');

/** The text of a field and how far it was read. */
class Input {
  readonly #text: string;
  #at = 0;

  constructor(field: string) {
    this.#text = field.replace(/^ +| +$/g, '');
  }

  list<T>(readMember: () => T): T[] {
    const members: T[] = [];
    if (this.#text === '') return members;
    for (;;) {
      members.push(readMember());
      this.#parameters();
      this.#take(/[ \t]*/y);
      if (this.#at === this.#text.length) return members;
      this.#expect(/,[ \t]*/y);
    }
  }

  member(): [string, BareItem] {
    const key = this.#key();
    return [key, this.#take(/=/y) === undefined ? true : this.item()];
  }

  item(): BareItem {
    const quoted = this.#take(/"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"/y);
    if (quoted !== undefined) return quoted.slice(1, -1).replace(/\\(.)/g, '$1');
    const number = this.#take(/-?(?:\d{1,12}\.\d{1,3}|\d{1,15})(?![\d.])/y);
    if (number !== undefined) return Number(number);
    const truth = this.#take(/\?[01]/y);
    if (truth !== undefined) return truth === '?1';
    return new HttpToken(this.#expect(/[A-Za-z*][\w!#$%&'*+.^`|~:/-]*/y));
  }

  #parameters(): void {
    while (this.#take(/; */y) !== undefined) {
      this.#key();
      if (this.#take(/=/y) !== undefined) this.item();
    }
  }

  #key(): string {
    return this.#expect(/[a-z*][a-z0-9_.*-]*/y);
  }

  #expect(pattern: RegExp): string {
    const found = this.#take(pattern);
    if (found === undefined) throw invalid;
    return found;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}
