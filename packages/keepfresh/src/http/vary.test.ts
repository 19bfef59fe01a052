import { describe, expect, it } from 'vitest';
import { variantOf, varyNames } from './vary.ts';

describe('varyNames', () => {
  it('lists each field once, in lower case', () => {
    expect(varyNames({ vary: ['Accept, Origin', 'accept'] })).toEqual(['accept', 'origin']);
    expect(varyNames({})).toEqual([]);
  });

  it('tells that nothing can be known of a response that varies by everything', () => {
    expect(varyNames({ vary: 'accept, *' })).toBe('everything');
  });
});

describe('variantOf', () => {
  const same = (name: string, a: string | undefined, b: string | undefined): boolean =>
    variantOf({ [name]: a }, [name]) === variantOf({ [name]: b }, [name]);

  it.each([
    ['accept', 'a, b', 'a,b'],
    ['accept', ' a ', 'a'],
    ['accept-encoding', 'gzip, deflate, br', 'br;q=1.0, gzip;q=0.8, deflate'],
    ['accept-encoding', 'GZIP', 'x-gzip'],
    ['accept-encoding', 'gzip, unheard-of', 'gzip'],
    ['accept-encoding', 'gzip;q=0, br', 'br'],
  ])('is one for what means the same in %s: %j and %j', (name, a, b) => {
    expect(same(name, a, b)).toBe(true);
  });

  it.each([
    ['accept', 'a', 'b'],
    ['accept', undefined, ''],
    ['accept-encoding', 'gzip', 'br'],
    ['accept-encoding', '*', 'gzip'],
    ['accept-encoding', 'gzip, identity;q=0', 'gzip'],
  ])('differs for %s: %j and %j', (name, a, b) => {
    expect(same(name, a, b)).toBe(false);
  });

  it('does not move a value from one field to the next', () => {
    const names = ['a', 'b'];
    expect(variantOf({ a: 'x' }, names)).not.toBe(variantOf({ b: 'x' }, names));
  });
});
