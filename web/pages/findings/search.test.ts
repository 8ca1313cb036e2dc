import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSearch, stringifySearch } from '../../address/search.ts';
import { choices, chosenOf, cleared, filterParameters, findingsSearch, listParameters, toggled } from './search.ts';

const through = (search: object): object => findingsSearch(parseSearch(stringifySearch({ ...search })));

test('an address holds every filter, and gives it back', () => {
  const search = findingsSearch({
    q: '100% of "it"',
    severity: 'high,critical',
    status: 'open,gone',
    age: 'over-365',
    project: '7,2',
    rule: 'java:S1,(none)',
    author: 'Doe\\, Jane',
    sort: 'updated',
    direction: 'asc',
    page: '3',
    finding: '12',
  });
  expect(search).toMatchObject({ severity: ['critical', 'high'], project: [2, 7], author: 'Doe\\, Jane' });
  expect(through(search)).toEqual(search);
});

test('any name in any facet comes back through the address', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 5 }), (values) => {
      let search = findingsSearch({});
      for (const value of new Set(values)) search = { ...search, ...toggled(search, 'file', value) };
      const again = findingsSearch(parseSearch(stringifySearch({ ...search })));
      expect(new Set(chosenOf(again, 'file'))).toEqual(new Set(values));
    }),
  );
});

test('what makes no sense counts as absent', () => {
  const search = findingsSearch({ severity: 'red', age: '5', project: 'x', sort: 'severity', page: '0', rule: ',,' });
  expect(Object.values(search).filter((value) => value !== undefined)).toEqual([]);
});

test('what is open is asked for unless another status is chosen', () => {
  expect(filterParameters({})).toMatchObject({ status: ['open'] });
  expect(filterParameters({ status: ['fixed'], q: 'sql' })).toMatchObject({ status: ['fixed'], search: 'sql' });
  expect(filterParameters({ page: 3, columns: 'x', finding: 1, sort: 'file' })).toEqual({ status: ['open'] });
  expect(listParameters({ page: 3, sort: 'file', direction: 'asc' })).toMatchObject({ page: 3, sort: 'file' });
});

test('a value is chosen, another beside it, and both are taken out again', () => {
  const one = toggled({}, 'status', 'accepted');
  expect(one).toEqual({ status: ['open', 'accepted'] });
  expect(toggled(one, 'status', 'accepted')).toEqual({ status: undefined });
  expect(toggled({ status: ['fixed'] }, 'status', 'fixed')).toEqual({ status: undefined });
  const two = { ...toggled({}, 'rule', 'a,b'), severity: ['high' as const] };
  expect(choices(two)).toEqual([
    { facet: 'severity', value: 'high' },
    { facet: 'rule', value: 'a,b' },
  ]);
  expect({ ...two, branch: 4, ...cleared() }).toMatchObject({ branch: 4, rule: undefined, severity: undefined });
});
