import { describe } from 'vitest';
import { answerTests } from './http/answers.ts';
import { descriptionTests } from './http/description.ts';
import { openedShop } from './http/opened-shop.ts';
import { problemTests } from './http/problems.ts';
import { readTests } from './http/reads.ts';
import { writeTests } from './http/writes.ts';

// One for all: starting a marketplace takes longer than all that is asked of it.
const shop = openedShop();

describe('reads', () => {
  readTests(shop);
});
describe('writes', () => {
  writeTests(shop);
});
describe('problems', () => {
  problemTests(shop);
});
describe('every answer', () => {
  answerTests(shop);
});
describe('the description of the API', () => {
  descriptionTests(shop);
});
