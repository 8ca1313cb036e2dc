import { expect, it } from 'vitest';
import { shownOf, toggleItem } from './list-text.ts';

it('what is ticked stands in the box, beside patterns and keys typed by hand', () => {
  expect(toggleItem('team-*, held', 'shop', true)).toBe('team-*\nheld\nshop');
  expect(toggleItem('team-*, held\nshop', 'held', false)).toBe('team-*\nshop');
  expect(toggleItem('shop', 'shop', true)).toBe('shop');
});

it('says how many there are only where that is known', () => {
  const items = [{ value: 'a', label: null }];
  expect(shownOf({ items, total: 1 }, String)).toBe('1 in all.');
  expect(shownOf({ items, total: 9 }, String)).toBe('1 of 9. Type to narrow.');
  expect(shownOf({ items, total: null }, String)).toContain('there may be more');
  expect(shownOf({ items: [], total: null }, String)).toContain('so far');
});
