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
  const paths = pieces.filter((_, index) => index % 2 === 1).map((path) => path.split('.'));
  const texts = pieces.filter((_, index) => index % 2 === 0);
  checkSeparators(texts, label());
  let places: readonly number[] | undefined;
  return (...args: never[]): string => {
    places ??= paths.map(([root]) => placeOf(root!, label(), parameters()));
    let text = texts[0]!;
    for (const [index, [, ...fields]] of paths.entries()) {
      const part = fields.reduce<unknown>(fieldOf, args[places[index]!]);
      text += escapePart(partText(part, paths[index]!, label)) + texts[index + 1]!;
    }
    return text;
  };
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

function placeOf(root: string, label: string, names: ParameterNames): number {
  if (/^\d+$/.test(root)) return Number(root);
  const place = names.get(root);
  if (place !== undefined) return place;
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

function partText(part: unknown, path: readonly string[], label: () => string): string {
  const word = wordOf(part);
  if (word !== undefined) return word;
  throw invalidArgument(`{${path.join('.')}} of ${label()}`, allowedParts, part);
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
