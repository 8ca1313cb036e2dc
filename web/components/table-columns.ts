import type { ReactNode } from 'react';

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** The cell as plain text, to be shown whole and copied; what is drawn when left out. */
  text?: (row: Row) => string;
  numeric?: boolean;
  /** Name the server sorts by. */
  sortable?: boolean;
  /** Not shown until chosen. */
  hidden?: boolean;
  /** Not in the column chooser: the row would make no sense without it. */
  fixed?: boolean;
  /**
   * On a phone: `first` decides (verdict, gate, severity, status) and stands before all others, `stay` stays in the row,
   * the rest folds under it. What is fixed stays too.
   */
  phone?: 'first' | 'stay';
  /** Never cut, however little room there is, e.g. the name of a column that somebody will type. */
  keep?: boolean;
  /** Sentences that are there to be read, e.g. why an endpoint is needed: they wrap. Everything else is one line. */
  prose?: boolean;
  className?: string;
}

export function visibleColumns<Row>(
  columns: readonly Column<Row>[],
  chosen: readonly string[] | undefined,
): Column<Row>[] {
  return columns.filter((column) =>
    column.fixed === true ? true : chosen === undefined ? column.hidden !== true : chosen.includes(column.id),
  );
}

/** Fewer than this fit a phone as they are. */
const fitsAPhone = 2;

/** What stays in a row on a phone, the column that decides first, and what folds under it. */
export function phoneColumns<Row>(shown: readonly Column<Row>[]): { row: Column<Row>[]; folded: Column<Row>[] } {
  if (shown.length <= fitsAPhone) return { row: [...shown], folded: [] };
  const first = shown.filter(({ phone }) => phone === 'first');
  const stay = shown.filter(({ phone, fixed }) => phone === 'stay' || (fixed === true && phone !== 'first'));
  const named = [...first, ...stay];
  // Columns that a person put into a statement say nothing about themselves: the leftmost ones matter most.
  const row = named.length === 0 ? shown.slice(0, fitsAPhone) : named;
  return { row, folded: shown.filter((column) => !row.includes(column)) };
}
