import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { KeyboardEvent, MouseEvent, ReactElement, ReactNode } from 'react';
import { countOf, formatRange } from '../words/numbers.ts';
import { Checkbox } from './form.tsx';
import { Icon } from './icons.tsx';
import { PanelButton } from './menu-button.tsx';
import { ErrorState } from './states.tsx';

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  numeric?: boolean;
  /** Name the server sorts by. */
  sortable?: boolean;
  /** Not shown until chosen. */
  hidden?: boolean;
  /** Not in the column chooser: the row would make no sense without it. */
  fixed?: boolean;
  className?: string;
}

export interface Sorting {
  by: string;
  direction: 'asc' | 'desc';
  onSort: (by: string, direction: 'asc' | 'desc') => void;
}

export interface Paging {
  page: number;
  pageSize: number;
  total: number;
  /** Rows of the page that the total counts; all of them when left out. */
  counted?: number;
  onPage: (page: number) => void;
}

/** Pages of an answer, once it is there; `change` puts one into the address, where the first is left out. */
export function pagingOf(
  data: Omit<Paging, 'onPage'> | undefined,
  change: (next: { page: number | undefined }) => void,
): Paging | undefined {
  return data && { ...data, onPage: (page) => change({ page: page === 1 ? undefined : page }) };
}

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

export function DataTable<Row>(props: DataTableProps<Row>): ReactElement {
  const {
    label,
    columns,
    rows,
    rowKey,
    openKey,
    chosen,
    sorting,
    paging,
    empty,
    stale = false,
    skeletonRows = 8,
  } = props;
  const shown = visibleColumns(columns, chosen);
  if (rows !== undefined && rows.length === 0) return <div className="table-empty">{empty}</div>;
  return (
    <>
      {/* A part that scrolls must be reachable by keyboard; arrows are heard here for all rows at once. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <section
        className={stale ? 'table-scroll stale' : 'table-scroll'}
        aria-label={label}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onKeyDown={moveBetweenRows}
      >
        <table aria-busy={rows === undefined || stale}>
          <thead>
            <tr>
              {shown.map((column) => (
                <HeaderCell key={column.id} column={column} sorting={sorting} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows === undefined
              ? Array.from({ length: skeletonRows }, (_, index) => (
                  <tr key={index} aria-hidden="true">
                    {shown.map((column) => (
                      // oxlint-disable-next-line jsx-a11y/control-has-associated-label -- drawn while loading
                      <td key={column.id}>
                        <span className="bone" data-length={(index + column.id.length) % 3} />
                      </td>
                    ))}
                  </tr>
                ))
              : rows.map((row) => (
                  <tr key={rowKey(row)} className={rowKey(row) === openKey ? 'open' : undefined} onClick={openByRow}>
                    {shown.map((column) => (
                      <td
                        key={column.id}
                        className={
                          [column.numeric === true ? 'num' : '', column.className ?? ''].join(' ').trim() || undefined
                        }
                      >
                        {column.cell(row)}
                      </td>
                    ))}
                  </tr>
                ))}
          </tbody>
        </table>
      </section>
      {paging === undefined || rows === undefined ? null : <Pages {...paging} shown={paging.counted ?? rows.length} />}
    </>
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

export function visibleColumns<Row>(
  columns: readonly Column<Row>[],
  chosen: readonly string[] | undefined,
): Column<Row>[] {
  return columns.filter((column) =>
    column.fixed === true ? true : chosen === undefined ? column.hidden !== true : chosen.includes(column.id),
  );
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

function openByRow(event: MouseEvent<HTMLTableRowElement>): void {
  const target = event.target as HTMLElement;
  // Links and buttons inside do their own thing, and selecting text is not a click.
  if (target.closest('a, button, input, summary, label') !== null) return;
  if ((getSelection()?.toString() ?? '') !== '') return;
  event.currentTarget.querySelector<HTMLElement>('[data-row-link]')?.click();
}

function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  if (!['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(event.key)) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('tbody [data-row-link]')];
  if (links.length === 0) return;
  const at = links.findIndex((link) => link === document.activeElement);
  if (at === -1 && event.target !== event.currentTarget) return;
  const next =
    { ArrowDown: at + 1, ArrowUp: at === -1 ? links.length - 1 : at - 1, Home: 0, End: links.length - 1 }[event.key] ??
    0;
  const link = links[Math.min(links.length - 1, Math.max(0, next))];
  event.preventDefault();
  link?.focus();
}

function Pages({ page, pageSize, total, shown, onPage }: Paging & { shown: number }): ReactElement {
  const last = Math.max(1, Math.ceil(total / pageSize));
  return (
    <nav className="pages" aria-label="Pages">
      <output className="note">{formatRange(page, pageSize, shown, total)}</output>
      {last > 1 ? (
        <span className="pages-buttons">
          <button type="button" className="button quiet" disabled={page <= 1} onClick={() => onPage(page - 1)}>
            <Icon name="left" /> Previous
          </button>
          <button type="button" className="button quiet" disabled={page >= last} onClick={() => onPage(page + 1)}>
            Next <Icon name="right" />
          </button>
        </span>
      ) : null}
    </nav>
  );
}

/** Which columns a table shows; the choice belongs into the address. */
export function ColumnChooser<Row>({
  columns,
  chosen,
  onChoose,
}: {
  columns: readonly Column<Row>[];
  chosen: readonly string[] | undefined;
  onChoose: (chosen: string[] | undefined) => void;
}): ReactElement {
  const shown = new Set(visibleColumns(columns, chosen).map((column) => column.id));
  const choosable = columns.filter((column) => column.fixed !== true);
  return (
    <PanelButton label="Columns" icon="columns" bare>
      <fieldset className="options">
        <legend>{countOf(shown.size, 'column')} shown</legend>
        {choosable.map((column) => (
          <Checkbox
            key={column.id}
            label={column.header}
            checked={shown.has(column.id)}
            onChange={(checked) => {
              const next = choosable.filter((other) => (other === column ? checked : shown.has(other.id)));
              onChoose(next.map((other) => other.id));
            }}
          />
        ))}
        <button type="button" className="button bare" onClick={() => onChoose(undefined)}>
          Usual columns
        </button>
      </fieldset>
    </PanelButton>
  );
}
