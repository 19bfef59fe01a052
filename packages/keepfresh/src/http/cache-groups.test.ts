import { describe, expect, it } from 'vitest';
import { groupTags, invalidatedGroupTags } from './cache-groups.ts';

describe('groups of a response', () => {
  it('are tags of its host', () => {
    expect(groupTags({ 'cache-groups': '"a", "B c"' }, 'Shop.example')).toEqual([
      'http-group:shop.example a',
      'http-group:shop.example B c',
    ]);
    expect(invalidatedGroupTags({ 'cache-group-invalidation': '"a"' }, 'x')).toEqual([
      'http-group:x a',
    ]);
  });

  it('are none where the field is invalid, too long or of another type', () => {
    expect(groupTags({}, 'x')).toEqual([]);
    expect(groupTags({ 'cache-groups': '"a' }, 'x')).toEqual([]);
    expect(groupTags({ 'cache-groups': 'a, 1' }, 'x')).toEqual([]);
    expect(groupTags({ 'cache-groups': `"${'x'.repeat(33)}"` }, 'x')).toEqual([]);
  });

  it('are 32 at most', () => {
    const field = Array.from({ length: 40 }, (_, n) => `"${n}"`).join(', ');
    expect(groupTags({ 'cache-groups': field }, 'x')).toHaveLength(32);
  });
});
