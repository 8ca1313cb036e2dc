import { describe, expect, it } from 'vitest';
import { type Column, phoneColumns, visibleColumns } from './table-columns.ts';

const column = (id: string, more: Partial<Column<object>> = {}): Column<object> => ({
  id,
  header: id,
  cell: () => id,
  ...more,
});
const ids = (columns: readonly Column<object>[]): string[] => columns.map(({ id }) => id);

describe('columns of a table on a phone', () => {
  const columns = [
    column('name', { fixed: true }),
    column('key'),
    column('gate', { phone: 'first' }),
    column('at'),
    column('count', { phone: 'stay' }),
  ];

  it('begin with the one that decides, keep what names the row, and fold the rest in their order', () => {
    const { row, folded } = phoneColumns(columns);
    expect(ids(row)).toEqual(['gate', 'name', 'count']);
    expect(ids(folded)).toEqual(['key', 'at']);
  });

  it('lose none and show none twice', () => {
    const { row, folded } = phoneColumns(columns);
    expect(ids([...row, ...folded]).sort()).toEqual(ids(columns).sort());
  });

  it('are the two leftmost where no column says anything about itself', () => {
    const { row, folded } = phoneColumns([column('a'), column('b'), column('c')]);
    expect([ids(row), ids(folded)]).toEqual([['a', 'b'], ['c']]);
  });

  it('all stay where two are all there are', () => {
    const { row, folded } = phoneColumns([column('a'), column('b', { phone: 'first' })]);
    expect([ids(row), ids(folded)]).toEqual([['a', 'b'], []]);
  });
});

describe('columns that somebody chose', () => {
  it('never lack the one without which a row says nothing', () => {
    const all = [column('title', { fixed: true }), column('rule', { hidden: true }), column('file')];
    expect(ids(visibleColumns(all, undefined))).toEqual(['title', 'file']);
    expect(ids(visibleColumns(all, ['rule']))).toEqual(['title', 'rule']);
  });
});
