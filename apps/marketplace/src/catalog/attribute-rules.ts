import type { AttributeDefinition } from './catalog.schemas.ts';

/** What is wrong with `value` as a value of the attribute, or undefined when nothing is. */
export function complaintAbout(
  { code, valueType, choices }: Pick<AttributeDefinition, 'code' | 'valueType' | 'choices'>,
  value: unknown,
): string | undefined {
  const expected = valueType === 'number' || valueType === 'boolean' ? valueType : 'string';
  if (typeof value !== expected) return `${code} must be a ${expected}`;
  if (valueType !== 'choice' || choices?.includes(String(value))) return undefined;
  return `${code} must be one of ${choices?.join(', ')}`;
}
