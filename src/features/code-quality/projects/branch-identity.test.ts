import { expect, test } from 'vitest';
import { planBranchKeys } from './branch-identity.ts';

const stored = (row: number, key: string, isMain = false) => ({ row, key, isMain });
const listed = (key: string, name: string, isMain = false) => ({ key, name, isMain });

test('a branch that was known by its name takes the id that becomes known', () => {
  const rows = [stored(1, 'branch:main', true), stored(2, 'branch:release')];
  const now = [listed('branch:id-1', 'main', true), listed('branch:id-2', 'release'), listed('branch:id-3', 'new')];
  expect(planBranchKeys(rows, now)).toEqual([
    { row: 1, to: 'branch:id-1' },
    { row: 2, to: 'branch:id-2' },
  ]);
});

test('the main branch that was assumed is the main one of the list, whatever its name', () => {
  const rows = [stored(1, 'branch:main', true)];
  expect(planBranchKeys(rows, [listed('branch:id-2', 'dev'), listed('branch:id-1', 'trunk', true)])).toEqual([
    { row: 1, to: 'branch:id-1' },
  ]);
});

test('a list that is blocked again: the assumed main branch is the one that is stored', () => {
  const rows = [stored(1, 'branch:id-1', true), stored(2, 'branch:id-2')];
  expect(planBranchKeys(rows, [listed('branch:main', 'main', true)])).toEqual([{ row: 1, to: 'branch:main' }]);
});

test('ids decide: a renamed branch, another main branch and a new one of an old name move no row', () => {
  const rows = [stored(1, 'branch:id-1', true), stored(2, 'branch:id-2')];
  expect(planBranchKeys(rows, [listed('branch:id-1', 'trunk'), listed('branch:id-2', 'main', true)])).toEqual([]);
  expect(planBranchKeys(rows, [listed('branch:id-3', 'main', true)])).toEqual([]);
});

test('a row whose key is still listed is not free, and a branch whose key is stored needs no row', () => {
  const main = [stored(1, 'branch:main', true)];
  expect(planBranchKeys(main, [listed('branch:main', 'old'), listed('branch:id-1', 'trunk', true)])).toEqual([]);
  const both = [stored(1, 'branch:id-1', true), stored(2, 'branch:main')];
  expect(planBranchKeys(both, [listed('branch:id-1', 'main', true)])).toEqual([]);
});

test('a row is moved once', () => {
  const main = [stored(1, 'branch:main', true)];
  expect(planBranchKeys(main, [listed('branch:id-1', 'main'), listed('branch:id-2', 'trunk', true)])).toEqual([
    { row: 1, to: 'branch:id-1' },
  ]);
});
