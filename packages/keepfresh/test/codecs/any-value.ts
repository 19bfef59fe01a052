import fc from 'fast-check';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc
    .array(fc.integer({ min: 0xd7ff, max: 0xe000 }), { maxLength: 4 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom('$kf', '__proto__', 'constructor', 'toJSON', 'length', '0', ''),
);

const withPrototype = fc.letrec<{ anything: unknown }>((tie) =>
  everything(tie, [Object.prototype]),
);

/** Everything that `jsonCodec` promises to give back. */
export const anyValue: fc.Arbitrary<unknown> = fc.letrec<{ anything: unknown }>((tie) =>
  everything(tie, [Object.prototype, null]),
).anything;

/** The same, but objects without prototype: what a structured clone gives back. */
export const anyCloneable: fc.Arbitrary<unknown> = withPrototype.anything;

function everything(
  tie: fc.LetrecLooselyTypedTie,
  prototypes: readonly (object | null)[],
): { anything: fc.Arbitrary<unknown> } {
  const list = fc.array(tie('anything'), { maxLength: 4 });
  const pair = fc.tuple(tie('anything'), tie('anything'));
  const entries = fc.array(fc.tuple(anyText, tie('anything')), { maxLength: 4 });
  return {
    anything: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      anyText,
      fc.constantFrom(null, undefined, true, false, -0, Number.NaN, Infinity, -Infinity),
      fc.double(),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.bigInt(),
      fc.date({ noInvalidDate: false }),
      fc.uint8Array({ maxLength: 8 }),
      fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
      list,
      list.map((items) => new Set(items)),
      fc.array(pair, { maxLength: 4 }).map((pairs) => new Map(pairs)),
      ...prototypes.map((prototype) => entries.map((pairs) => objectOf(pairs, prototype))),
    ),
  };
}

/** An object with exactly these own fields, also one named `__proto__`. */
function objectOf(
  pairs: readonly (readonly [string, unknown])[],
  prototype: object | null,
): object {
  const object = Object.create(prototype) as object;
  for (const [name, value] of pairs) {
    Object.defineProperty(object, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
}
