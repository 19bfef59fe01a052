import { expect, test } from 'vitest';
import { complaintAbout } from './attribute-rules.ts';

type Definition = Parameters<typeof complaintAbout>[0];

const number = { code: 'weight', valueType: 'number', choices: null } satisfies Definition;
const flag = { code: 'vegan', valueType: 'boolean', choices: null } satisfies Definition;
const text = { code: 'note', valueType: 'text', choices: null } satisfies Definition;
const choice = {
  code: 'colour',
  valueType: 'choice',
  choices: ['Red', 'Blue'],
} satisfies Definition;

test('a value of the right type is fine', () => {
  expect(complaintAbout(number, 0)).toBeUndefined();
  expect(complaintAbout(flag, false)).toBeUndefined();
  expect(complaintAbout(text, '')).toBeUndefined();
  expect(complaintAbout(choice, 'Red')).toBeUndefined();
});

test('a value of another type is named with what it must be', () => {
  expect(complaintAbout(number, '0')).toBe('weight must be a number');
  expect(complaintAbout(flag, 0)).toBe('vegan must be a boolean');
  expect(complaintAbout(text, 5)).toBe('note must be a string');
});

test('a choice must be one of those that the attribute has', () => {
  const complaint = complaintAbout(choice, 'Green');
  expect(complaint).toBe('colour must be one of Red, Blue');
});
