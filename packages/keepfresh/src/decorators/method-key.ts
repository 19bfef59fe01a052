import { digest } from '../core/digest.ts';
import { CacheError, invalidArgument } from '../core/errors.ts';
import { escapePart } from '../core/policy/key-escape.ts';
import { allowedParts, wordOf } from '../core/policy/key-template.ts';
import { stableText } from '../core/policy/stable-text.ts';

/** Builds a text, such as a key, from the arguments of a method. */
export type TextOf = (...args: never[]) => string;

/** The places that `@CacheKey` has named, of one method. */
export type ParameterNames = ReadonlyMap<string, number>;

/** Which method: for messages, `ProductService.find` once it was called. */
export interface MethodLabel {
  readonly label: () => string;
  readonly parameters: () => ParameterNames;
}

/**
 * Makes a text of arguments by a template: `user:{0}:profile` takes the first argument, `order:{0.id}` a field of
 * it, `order:{id}` the parameter marked with `@CacheKey('id')`. Parts are escaped as in the `key` template. The
 * template is checked now; a part that is no word throws INVALID_ARGUMENT, which names the method, at the call.
 */
export function templateText(template: string, { label, parameters }: MethodLabel): TextOf {
  const pieces = template.split(/[{}]/);
  const balanced = pieces.length % 2 === 1 && /^(?:[^{}]*\{[^{}]+\})*[^{}]*$/.test(template);
  if (template === '' || !balanced) {
    throw invalidArgument(`the template of ${label()}`, "like 'user:{0}:profile'", template);
  }
  const paths = pieces.filter((_, index) => index % 2 === 1);
  const texts = pieces.filter((_, index) => index % 2 === 0);
  checkSeparators(texts, label());
  const readPlaces = (): Place[] => paths.map((path) => placeOf(path, label(), parameters()));
  let places: readonly Place[] | undefined;
  return (...args: never[]): string => {
    places ??= readPlaces();
    let text = texts[0]!;
    for (let index = 0; index < places.length; index++) {
      text += escapePart(partText(args, places[index]!, label)) + texts[index + 1]!;
    }
    return text;
  };
}

/** What stands between braces in a template. */
interface Place {
  readonly path: string;
  readonly argument: number;
  /** Those on the way from the argument to the part. */
  readonly fields: readonly string[];
}

/** A name as it stands, or a template when it has places in it. */
export function nameText(name: string, method: MethodLabel): TextOf {
  return /[{}]/.test(name) ? templateText(name, method) : () => name;
}

/** Makes a key of all arguments: a name, and a digest of them that the order of fields does not change. */
export function argumentsText(name: string, { label }: MethodLabel): TextOf {
  return (...args: never[]): string => {
    const texts = args.map((each, index) =>
      stableText(each, `argument ${index + 1} of ${label()}`),
    );
    // What was left out and what was passed as undefined call the method alike.
    while (texts.at(-1) === 'undefined') texts.pop();
    return `${name}:${digest(texts.join('\n'))}`;
  };
}

function placeOf(path: string, label: string, names: ParameterNames): Place {
  const [root = '', ...fields] = path.split('.');
  const argument = /^\d+$/.test(root) ? Number(root) : names.get(root);
  if (argument !== undefined) return { path, argument, fields };
  throw new CacheError(
    'INVALID_ARGUMENT',
    `{${root}} in a template of ${label} needs a parameter marked with @CacheKey('${root}'), ` +
      'which TypeScript has with experimentalDecorators only; {0} is the first argument',
  );
}

function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return undefined;
  return (value as Record<string, unknown>)[field];
}

function partText(args: readonly unknown[], place: Place, label: () => string): string {
  let part = args[place.argument];
  for (const field of place.fields) part = fieldOf(part, field);
  const word = wordOf(part);
  if (word !== undefined) return word;
  throw invalidArgument(`{${place.path}} of ${label()}`, allowedParts, part);
}

/** Two parts side by side would make one key of `('a', 'bc')` and `('ab', 'c')`. */
function checkSeparators(texts: readonly string[], label: string): void {
  for (const text of texts.slice(1, -1)) {
    if (/[^\w.@%+-]/.test(text)) continue;
    throw invalidArgument(
      `what separates two parts in a template of ${label}`,
      "such as ':'",
      text,
    );
  }
}
