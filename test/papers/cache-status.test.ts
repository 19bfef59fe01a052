import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const page = readFileSync('docs/reference/cache-status.md', 'utf8');
const folder = 'packages/keepfresh/src/http';
const source = (file: string): string => readFileSync(`${folder}/${file}`, 'utf8');

/** The words of a union of literals. */
function wordsOf(file: string, type: string): string[] {
  const [, union = ''] = new RegExp(`type ${type} =([^;]*);`).exec(source(file)) ?? [];
  return [...union.matchAll(/'([a-z-]+)'/g)].map(([, word]) => word!);
}

describe('the page about Cache-Status', () => {
  it.each([
    ...wordsOf('storability.ts', 'NotStoredReason'),
    ...wordsOf('request-bypass.ts', 'BypassReason'),
    ...['untrusted', 'remote-failed'].filter((word) => source('response-cache.ts').includes(word)),
    ...[...source('cached-route.ts').matchAll(/detail: '([a-z-]+)'/g)].map(([, word]) => word!),
  ])('explains %s', (word) => {
    expect(page).toMatch(new RegExp(`(?:[\`"]|fwd=)${word}[\`"]`));
  });
});
