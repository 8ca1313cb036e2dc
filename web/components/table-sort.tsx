import { type ReactElement, useId } from 'react';
import { Icon } from './icons.tsx';

export interface Sorting {
  by: string;
  direction: 'asc' | 'desc';
  onSort: (by: string, direction: 'asc' | 'desc') => void;
}

/** On a phone most columns are folded under their rows, and their heads with them: this sorts by any of them. */
export function TableSort({
  columns,
  sorting: { by, direction, onSort },
}: {
  columns: readonly { id: string; header: string }[];
  sorting: Sorting;
}): ReactElement {
  const id = useId();
  const other = direction === 'desc' ? 'asc' : 'desc';
  return (
    <div className="table-sort">
      <label htmlFor={id}>Sort by</label>
      <select id={id} className="input select" value={by} onChange={(event) => onSort(event.target.value, 'desc')}>
        {columns.some((column) => column.id === by) ? null : <option value={by}>as it comes</option>}
        {columns.map((column) => (
          <option key={column.id} value={column.id}>
            {column.header}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="icon-button"
        aria-label={direction === 'desc' ? 'Descending: turn the order round' : 'Ascending: turn the order round'}
        onClick={() => onSort(by, other)}
      >
        <Icon name={direction === 'asc' ? 'up' : 'down'} />
      </button>
    </div>
  );
}
