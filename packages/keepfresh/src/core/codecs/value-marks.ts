import { CacheError } from '../errors.ts';

/** What a format is like into which values are written. */
export interface Format {
  /** As errors call it. */
  readonly name: string;
  /** How it carries bytes. */
  readonly bytes: (bytes: Uint8Array) => unknown;
  /** Whether it carries a text as it is; absent: any. */
  readonly carriesText?: (text: string) => boolean;
  /** Whether it carries an object's key as it is; absent: any. */
  readonly carriesKey?: (name: string) => boolean;
}

/** The key under which stands what a format has no form for. */
export const mark = '$kf';

const maxDepth = 500;

type Path = (string | number)[];

/**
 * Writes values into a format that knows plain data alone. What it lacks (undefined, NaN, the infinities, -0,
 * BigInt, Date, Map, Set, bytes, objects without prototype) becomes `{"$kf":[kind, content]}`, and an object of
 * the caller's that has a key `$kf` is wrapped the same way. Everything else that the format would change without
 * a word (class instances, functions, symbols, holes, cycles) is refused with the path to it.
 */
export class ValueMarks {
  readonly #format: Format;

  constructor(format: Format) {
    this.#format = format;
  }

  /** The value as the format can carry it; the same object where nothing has to change. Throws ENCODE_FAILED. */
  written(value: unknown): unknown {
    return this.#written(value, []);
  }

  #written(value: unknown, path: Path): unknown {
    switch (typeof value) {
      case 'string':
        return this.#writtenText(value);
      case 'boolean':
        return value;
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0)
          ? value
          : marked('number', show(value));
      case 'undefined':
        return marked('undefined', null);
      case 'bigint':
        return marked('bigint', value.toString());
      case 'object':
        return value === null ? null : this.#writtenObject(value, path);
      default:
        throw this.#refusal(`a ${typeof value}`, path);
    }
  }

  #writtenText(text: string): unknown {
    const { carriesText } = this.#format;
    const isCarried = carriesText === undefined || carriesText(text);
    return isCarried ? text : marked('text', JSON.stringify(text));
  }

  #writtenObject(value: object, path: Path): unknown {
    if (path.length >= maxDepth) {
      throw this.#refusal(`nested deeper than ${maxDepth}, or a cycle`, path);
    }
    if (Array.isArray(value)) return this.#writtenArray(value, path);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype) {
      return this.#writtenRecord(value as Record<string, unknown>, path);
    }
    if (prototype === null) {
      return marked('bare', this.#writtenRecord(value as Record<string, unknown>, path));
    }
    return this.#writtenInstance(value, prototype, path);
  }

  #writtenInstance(value: object, prototype: unknown, path: Path): unknown {
    if (prototype === Buffer.prototype || prototype === Uint8Array.prototype) {
      const kind = prototype === Buffer.prototype ? 'buffer' : 'bytes';
      return marked(kind, this.#format.bytes(value as Uint8Array));
    }
    const name = nameOf(prototype);
    if (!restorable.has(prototype)) throw this.#refusal(`an instance of ${name}`, path);
    if (Reflect.ownKeys(value).length > 0) {
      throw this.#refusal(`a ${name} with keys of its own`, path);
    }
    if (prototype === Date.prototype) {
      return marked('date', this.#written((value as Date).getTime(), path));
    }
    const kind = prototype === Map.prototype ? 'map' : 'set';
    return marked(kind, this.#writtenArray([...(value as Iterable<unknown>)], path));
  }

  #writtenArray(value: readonly unknown[], path: Path): readonly unknown[] {
    this.#checkArray(value, path);
    let copy: unknown[] | undefined;
    for (let index = 0; index < value.length; index++) {
      path.push(index);
      const item = this.#written(value[index], path);
      path.pop();
      if (item !== value[index]) (copy ??= [...value])[index] = item;
    }
    return copy ?? value;
  }

  #checkArray(value: readonly unknown[], path: Path): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Array.prototype) {
      throw this.#refusal(`an instance of ${nameOf(prototype)}`, path);
    }
    // Indices come first: with the right number of keys and the last index at the end, nothing else is there.
    const keys = Object.keys(value);
    const last = value.length === 0 ? undefined : String(value.length - 1);
    if (keys.length !== value.length || keys.at(-1) !== last) {
      throw this.#refusal('an array with holes or keys', path);
    }
    if (Object.getOwnPropertySymbols(value).length > 0) {
      throw this.#refusal('a symbol as key', path);
    }
  }

  #writtenRecord(value: Record<string, unknown>, path: Path): unknown {
    if (Object.getOwnPropertySymbols(value).length > 0) {
      throw this.#refusal('a symbol as key', path);
    }
    const names = Object.keys(value);
    let copy: Record<string, unknown> | undefined;
    for (const name of names) {
      path.push(name);
      const item = this.#written(value[name], path);
      path.pop();
      // Own in the copy as well, so that `__proto__` is a key like any other.
      if (item !== value[name]) (copy ??= { ...value })[name] = item;
    }
    const record = copy ?? value;
    const { carriesKey } = this.#format;
    if (carriesKey !== undefined && !names.every(carriesKey)) return this.#writtenEntries(record);
    return Object.hasOwn(value, mark) ? marked('object', record) : record;
  }

  #writtenEntries(record: Record<string, unknown>): Record<string, unknown> {
    const pairs = Object.entries(record).map(([name, item]) => [this.#writtenText(name), item]);
    return marked('entries', pairs);
  }

  #refusal(what: string, path: Path): CacheError {
    const where = path.length === 0 ? 'the value' : `value${path.slice(0, 20).map(step).join('')}`;
    const message = `${where} is ${what}, which ${this.#format.name} cannot restore`;
    return new CacheError('ENCODE_FAILED', message);
  }
}

const restorable: ReadonlySet<unknown> = new Set([Date.prototype, Map.prototype, Set.prototype]);

function show(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function nameOf(prototype: unknown): string {
  const name = (prototype as { constructor?: { name?: unknown } } | null)?.constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'a class';
}

function marked(kind: string, content: unknown): Record<string, unknown> {
  return { [mark]: [kind, content] };
}

function step(name: string | number): string {
  return typeof name === 'number' ? `[${name}]` : `.${name}`;
}
