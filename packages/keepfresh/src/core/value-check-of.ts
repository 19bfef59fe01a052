import { checkFunction } from './check-options.ts';
import type { ValueCheck } from './engine/loads/value-check.ts';
import { invalidArgument } from './errors.ts';
import type { CheckOptions } from './options.ts';
import type { StandardSchema } from './ports/standard-schema.ts';

/** How values are checked; undefined where nothing was said. */
export function valueCheckOf(
  { schema, migrate }: CheckOptions<StandardSchema>,
  field: string,
): ValueCheck | undefined {
  checkFunction(migrate, `${field}.migrate`);
  if (schema === undefined && migrate === undefined) return undefined;
  if (!isSchema(schema)) {
    const allowed = 'a Standard Schema, such as one of zod, valibot or arktype';
    throw invalidArgument(`${field}.schema`, allowed, schema);
  }
  return { schema, migrate };
}

function isSchema(value: unknown): value is StandardSchema {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  const standard = isObject ? (value as Partial<StandardSchema>)['~standard'] : undefined;
  return typeof standard?.validate === 'function';
}
