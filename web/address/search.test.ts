import { describe, expect, it } from 'vitest';
import { day, flag, ids, localAddress, manyOf, oneOf, parseSearch, positive, stringifySearch } from './search.ts';

describe('addresses', () => {
  it('writes lists with commas and leaves out what is not set', () => {
    expect(
      stringifySearch({ severity: ['critical', 'high'], page: 2, trend: true, from: undefined, none: [], off: false }),
    ).toBe('?severity=critical,high&page=2&trend=1');
  });

  it('reads back what it wrote, special characters included', () => {
    const text = 'a&b=c d/é,+%';
    expect(parseSearch(stringifySearch({ q: text }))).toEqual({ q: text });
  });

  it('takes the first of a name that occurs twice', () => {
    expect(parseSearch('?a=1&a=2')).toEqual({ a: '1' });
  });

  it('treats nonsense as absent', () => {
    expect(oneOf('year', ['week', 'month'])).toBeUndefined();
    expect(manyOf('purple', ['critical', 'high'])).toBeUndefined();
    expect([positive('0'), positive('-1'), positive('1.5'), positive('x'), positive('9'.repeat(30))]).toEqual(
      Array(5).fill(undefined),
    );
    expect(flag('yes')).toBeUndefined();
    expect(day('2026-02-30')).toBeUndefined();
    expect(day('21/11/2026')).toBeUndefined();
  });

  it('gives equal choices equal addresses', () => {
    expect(manyOf('high,critical,high', ['critical', 'high', 'low'])).toEqual(['critical', 'high']);
    expect(ids('7,3,x,3')).toEqual([3, 7]);
  });

  it('goes back only to addresses of its own', () => {
    expect(localAddress('/projects?page=2')).toBe('/projects?page=2');
    for (const foreign of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '']) {
      expect(localAddress(foreign)).toBeUndefined();
    }
  });
});
