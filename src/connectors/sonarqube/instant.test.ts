import fc from 'fast-check';
import { expect, test } from 'vitest';
import { secondsOf, toInstant, toServerDate } from './instant.ts';

test('a server’s date in any time zone is an instant in UTC', () => {
  expect(toInstant('2026-11-21T07:06:21+0000')).toBe('2026-11-21T07:06:21.000Z');
  expect(toInstant('2026-11-21T07:06:21+0900')).toBe('2026-11-20T22:06:21.000Z');
  for (const none of [undefined, null, '', 17, 'yesterday', '2026-99-21T07:06:21+0000'])
    expect(toInstant(none)).toBeNull();
});

test('an instant is so many whole seconds since 1970', () => {
  expect(secondsOf('1970-01-01T00:01:40.000Z')).toBe(100);
});

test('what we send comes back as the same second', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }), (date) => {
      const second = new Date(Math.floor(date.getTime() / 1000) * 1000);
      expect(toInstant(toServerDate(date))).toBe(second.toISOString());
    }),
  );
});
