import { expect, test } from 'vitest';
import { projectScope } from './project-scope.ts';

test('no key means every project', () => {
  const scope = projectScope([]);
  expect([scope.limited, scope.includes('anything'), scope.unmatched([])]).toEqual([false, true, []]);
});

test('keys are exact, patterns match the whole key, both case-sensitive', () => {
  const scope = projectScope(['shop', 'held-*', '*.api']);
  const keys = ['shop', 'Shop', 'shop-2', 'held-', 'held-a:b', 'x-held-a', 'org.api', 'org.api.v2'];
  expect(keys.filter(scope.includes)).toEqual(['shop', 'held-', 'held-a:b', 'org.api']);
  expect([scope.limited, scope.exact]).toEqual([true, ['shop']]);
});

test('what no listed key answers is named as it was written', () => {
  const scope = projectScope(['shop', 'gone', 'held-*', 'none-*']);
  expect(scope.unmatched(['shop', 'held-1'])).toEqual(['gone', 'none-*']);
});
