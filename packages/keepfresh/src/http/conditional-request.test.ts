import { describe, expect, it } from 'vitest';
import { isNotModified, strongEtag } from './conditional-request.ts';

const date = 'Sun, 06 Nov 1994 08:49:37 GMT';
const later = 'Sun, 06 Nov 1994 08:49:38 GMT';

describe('isNotModified', () => {
  it.each([
    [{ 'if-none-match': '"a"' }, { etag: '"a"' }],
    [{ 'if-none-match': 'W/"a"' }, { etag: '"a"' }],
    [{ 'if-none-match': '"x", W/"a,b"' }, { etag: 'W/"a,b"' }],
    [{ 'if-none-match': ' * ' }, {}],
    [{ 'if-modified-since': date }, { 'last-modified': date }],
    [{ 'if-modified-since': later }, { 'last-modified': date }],
  ])('holds for %j and %j', (request, stored) => {
    expect(isNotModified(request, stored)).toBe(true);
  });

  it.each([
    [{}, { etag: '"a"' }],
    [{ 'if-none-match': '"b"' }, { etag: '"a"' }],
    [{ 'if-none-match': 'a' }, { etag: '"a"' }],
    [{ 'if-none-match': '"a"' }, {}],
    // The date does not count beside the tag.
    [
      { 'if-none-match': '"b"', 'if-modified-since': later },
      { etag: '"a"', 'last-modified': date },
    ],
    [{ 'if-modified-since': date }, { 'last-modified': later }],
    [{ 'if-modified-since': 'yesterday' }, { 'last-modified': date }],
    [{ 'if-modified-since': date }, {}],
  ])('does not hold for %j and %j', (request, stored) => {
    expect(isNotModified(request, stored)).toBe(false);
  });
});

describe('strongEtag', () => {
  it('is one for the same bytes, and another for others', () => {
    expect(strongEtag('a')).toBe(strongEtag(Buffer.from('a')));
    expect(strongEtag('a')).not.toBe(strongEtag('b'));
    expect(strongEtag('')).toMatch(/^"[\w-]{27}"$/);
  });
});
