import { describe, expect, it } from 'vitest';
import { lastPage, pageAsked } from './page-jump.ts';
import { formatRange } from '../words/numbers.ts';

describe('a jump to a page', () => {
  it.each([
    ['1', 1],
    ['24', 24],
    [' 1,024 ', 1024],
    ['007', 7],
  ])('takes %j', (text, page) => {
    expect(pageAsked(text, 1024)).toBe(page);
  });

  it.each(['', '0', '25', '-1', '1.5', '1e1', 'two', '99999999999999999999'])('refuses %j of 24', (text) => {
    expect(pageAsked(text, 24)).toBeUndefined();
  });

  it('knows the last page', () => {
    expect([lastPage(0, 50), lastPage(50, 50), lastPage(51, 50)]).toEqual([1, 1, 2]);
  });
});

describe('the count under a table', () => {
  it('is exact, or says that there are more than were counted', () => {
    expect(formatRange(2, 50, 50, 1204)).toBe('51 to 100 of 1,204');
    expect(formatRange(1, 50, 50, 50_000, true)).toBe('1 to 50 of more than 50,000');
  });
});
