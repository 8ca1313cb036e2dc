import { type ReactElement, useState } from 'react';
import type { Measure } from '../../../src/features/code-quality/contract.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { SearchBox } from '../../components/form.tsx';
import { formatMeasure } from '../../words/measures.ts';
import { formatCount } from '../../words/numbers.ts';

const measureColumns: readonly Column<Measure>[] = [
  { id: 'name', header: 'Measure', phone: 'stay', cell: (row) => row.name },
  { id: 'metric', header: 'Metric', cell: (row) => <code>{row.metric}</code> },
  { id: 'domain', header: 'Domain', cell: (row) => row.domain ?? '' },
  { id: 'scope', header: 'Over', cell: (row) => (row.isNewCode ? 'New code' : 'All code') },
  {
    id: 'value',
    header: 'Value',
    phone: 'stay',
    numeric: true,
    cell: (row) => formatMeasure(row.value, row.type),
  },
];

/** A server has over a hundred: folded, and searchable when opened. */
export function MeasuresFold({ measures }: { measures: readonly Measure[] }): ReactElement {
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const shown = measures.filter(({ name, metric, domain }) =>
    `${name} ${metric} ${domain ?? ''}`.toLowerCase().includes(wanted),
  );
  return (
    <details className="card fold">
      <summary>
        <h2>All measures</h2>
        <span className="note">{formatCount(measures.length)} current values of the main branch</span>
      </summary>
      <div className="card-note">
        <SearchBox label="Find a measure" placeholder="Name or domain" value={text} onChange={setText} />
      </div>
      <DataTable
        label="Measures"
        columns={measureColumns}
        rows={shown}
        rowKey={(row) => `${row.metric} ${row.isNewCode}`}
        empty={
          measures.length === 0
            ? 'The server gave no measures: the project was not analysed, or the token may not read them.'
            : 'No measure matches.'
        }
      />
    </details>
  );
}
