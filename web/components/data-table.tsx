import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactElement, type ReactNode, type RefObject, useId, useLayoutEffect, useRef, useState } from 'react';
import { useNarrow } from '../app/use-narrow.ts';
import { Icon } from './icons.tsx';
import { ErrorState } from './states.tsx';
import { type Column, phoneColumns, visibleColumns } from './table-columns.ts';
import { moveInTable, openByRow } from './table-keys.ts';
import { Pages, type Paging } from './table-pages.tsx';
import { TablePeek } from './table-peek.tsx';
import { type Sorting, TableSort } from './table-sort.tsx';

export { ColumnChooser } from './column-chooser.tsx';
export type { Column } from './table-columns.ts';
export { pagingOf } from './table-pages.tsx';

interface DataTableProps<Row> {
  /** Names the table for screen readers. */
  label: string;
  columns: readonly Column<Row>[];
  /** undefined while the first answer is on its way. */
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string | number;
  /** Key of the row whose details are open. */
  openKey?: string | number | undefined;
  /** Ids of chosen columns; undefined: the usual ones. */
  chosen?: readonly string[] | undefined;
  sorting?: Sorting;
  /** Left out or undefined: everything is on one page, or its length is not known yet. */
  paging?: Paging | undefined;
  empty: ReactNode;
  /** True while an answer to newer settings is on its way. */
  stale?: boolean;
  skeletonRows?: number;
}

/** One line a row. What does not fit is cut, and whole on hover, on focus and, on a phone, folded under the row. */
export function DataTable<Row>(props: DataTableProps<Row>): ReactElement {
  const { label, columns, rows, rowKey, openKey, chosen, sorting, paging, empty } = props;
  const { stale = false, skeletonRows = 8 } = props;
  const section = useRef<HTMLElement>(null);
  const narrow = useNarrow();
  const scrolls = useScrolls(section, rows === undefined || rows.length > 0);
  const shown = visibleColumns(columns, chosen);
  const { row: inRow, folded } = narrow ? phoneColumns(shown) : { row: shown, folded: [] };
  if (rows !== undefined && rows.length === 0) return <div className="table-empty">{empty}</div>;
  const sortable = shown.filter((column) => column.sortable === true);
  const look = ['table-scroll', scrolls ? 'scrolls' : '', stale ? 'stale' : ''].join(' ').trim();
  return (
    <>
      {sorting !== undefined && folded.some((column) => column.sortable === true) ? (
        <TableSort columns={sortable} sorting={sorting} />
      ) : null}
      {/* A part that scrolls must be reachable by keyboard; arrows are heard here for all rows at once. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <section
        ref={section}
        className={look}
        aria-label={label}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onKeyDown={moveInTable}
      >
        <table aria-busy={rows === undefined || stale}>
          <thead>
            <tr>
              {inRow.map((column) => (
                <HeaderCell key={column.id} column={column} sorting={sorting} />
              ))}
              {folded.length === 0 ? null : (
                <th scope="col" className="fold-cell">
                  <span className="unseen">More</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows === undefined
              ? Array.from({ length: skeletonRows }, (_, index) => (
                  <BoneRow key={index} columns={inRow} at={index} folds={folded.length > 0} />
                ))
              : rows.map((row) => (
                  <BodyRow
                    key={rowKey(row)}
                    row={row}
                    columns={inRow}
                    folded={folded}
                    open={openKey !== undefined && rowKey(row) === openKey}
                  />
                ))}
          </tbody>
        </table>
        <TablePeek table={section} />
      </section>
      {paging === undefined || rows === undefined ? null : <Pages {...paging} shown={paging.counted ?? rows.length} />}
    </>
  );
}

/** Only a table wider than its place becomes a place that scrolls: in any other the header can stick to the window. */
function useScrolls(section: RefObject<HTMLElement | null>, drawn: boolean): boolean {
  const [scrolls, setScrolls] = useState(false);
  useLayoutEffect(() => {
    const element = section.current;
    const table = element?.querySelector('table');
    if (element === null || table == null) return;
    const measure = (): void => setScrolls(table.offsetWidth > element.clientWidth);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    observer.observe(table);
    measure();
    return () => observer.disconnect();
  }, [section, drawn]);
  return scrolls;
}

function BodyRow<Row>({
  row,
  columns,
  folded,
  open,
}: {
  row: Row;
  columns: readonly Column<Row>[];
  folded: readonly Column<Row>[];
  open: boolean;
}): ReactElement {
  const [unfolded, setUnfolded] = useState(false);
  const id = useId();
  return (
    <>
      <tr className={open ? 'open' : undefined} onClick={openByRow}>
        {columns.map((column) => (
          <BodyCell key={column.id} row={row} column={column} />
        ))}
        {folded.length === 0 ? null : (
          <td className="fold-cell">
            <button
              type="button"
              className="icon-button"
              aria-label={unfolded ? 'Less of this row' : 'More of this row'}
              aria-expanded={unfolded}
              aria-controls={unfolded ? id : undefined}
              onClick={() => setUnfolded(!unfolded)}
            >
              <Icon name={unfolded ? 'up' : 'down'} />
            </button>
          </td>
        )}
      </tr>
      {folded.length > 0 && unfolded ? (
        <tr className="fold-row" id={id}>
          <td colSpan={columns.length + 1}>
            <dl>
              {folded.map((column) => (
                <div key={column.id}>
                  <dt>{column.header}</dt>
                  <dd>{column.cell(row)}</dd>
                </div>
              ))}
            </dl>
          </td>
        </tr>
      ) : null}
    </>
  );
}

/** Words up to this length are never cut. */
const shortText = 14;

function BodyCell<Row>({ row, column }: { row: Row; column: Column<Row> }): ReactElement {
  const { numeric = false, prose = false, className = '' } = column;
  const content = column.cell(row);
  const kept = column.keep === true || (typeof content === 'string' && content.length <= shortText);
  const look = [numeric ? 'num' : '', prose ? 'prose' : '', kept ? 'short' : '', className].filter(
    (word) => word !== '',
  );
  return (
    <td className={look.length === 0 ? undefined : look.join(' ')} tabIndex={-1} data-text={column.text?.(row)}>
      {prose ? (
        content
      ) : (
        <div className="cell">
          <div className="cell-line">{content}</div>
        </div>
      )}
    </td>
  );
}

function BoneRow<Row>({
  columns,
  at,
  folds,
}: {
  columns: readonly Column<Row>[];
  at: number;
  folds: boolean;
}): ReactElement {
  return (
    <tr aria-hidden="true">
      {columns.map((column) => (
        // oxlint-disable-next-line jsx-a11y/control-has-associated-label -- drawn while loading
        <td key={column.id}>
          <span className="bone" data-length={(at + column.id.length) % 3} />
        </td>
      ))}
      {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- drawn while loading */}
      {folds ? <td className="fold-cell" /> : null}
    </tr>
  );
}

/** The table of one question to the hub: dimmed while a newer answer is on its way, and an error where there is none. */
export function QueryTable<Data, Row>({
  query,
  rows,
  ...table
}: Omit<DataTableProps<Row>, 'rows' | 'stale'> & {
  query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'refetch' | 'isPlaceholderData'>;
  rows: (data: Data) => readonly Row[];
}): ReactElement {
  const { data, error, refetch, isPlaceholderData } = query;
  if (data === undefined && error !== null) return <ErrorState error={error} retry={() => void refetch()} />;
  return <DataTable {...table} rows={data === undefined ? undefined : rows(data)} stale={isPlaceholderData} />;
}

function HeaderCell<Row>({ column, sorting }: { column: Column<Row>; sorting: Sorting | undefined }): ReactElement {
  const className = column.numeric === true ? 'num' : undefined;
  if (column.sortable !== true || sorting === undefined) {
    return (
      <th scope="col" className={className}>
        {column.header}
      </th>
    );
  }
  const active = sorting.by === column.id;
  const next = active && sorting.direction === 'desc' ? 'asc' : 'desc';
  return (
    <th
      scope="col"
      className={className}
      aria-sort={active ? (sorting.direction === 'asc' ? 'ascending' : 'descending') : undefined}
    >
      <button type="button" className="sort" onClick={() => sorting.onSort(column.id, next)}>
        {column.header}
        <span className="sort-mark" aria-hidden="true">
          {active ? <Icon name={sorting.direction === 'asc' ? 'up' : 'down'} size={12} /> : null}
        </span>
      </button>
    </th>
  );
}

/** The link of a row that opens it; the rest of the row follows it. `search` is merged into the address. */
export function RowLink({ search, children }: { search: Record<string, unknown>; children: ReactNode }): ReactElement {
  return (
    <Link
      to="."
      search={((previous: object) => ({ ...previous, ...search })) as never}
      resetScroll={false}
      data-row-link=""
    >
      {children}
    </Link>
  );
}
