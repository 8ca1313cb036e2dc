import { type ReactElement, useState } from 'react';
import type { Cell, QueryAnswer } from '../../../src/features/explorer/contract.ts';
import { Button } from '../../components/button.tsx';
import { type Column, ColumnChooser, DataTable } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { Notice } from '../../components/states.tsx';
import { countOf, formatBytes, formatCount } from '../../words/numbers.ts';
import { formatDuration } from '../../words/times.ts';

const pageSize = 100;
/** With more than so many a person looks for some of them. */
const manyColumns = 6;
const numeric = /^(smallint|integer|bigint|numeric|real|double precision|int[248]|float[48])/;

interface Row {
  index: number;
  cells: Cell[];
}

/** Rows of a statement, drawn a hundred at a time: ten thousand at once would freeze the page. */
export function ResultTable({
  answer,
  stale,
  onCsv,
}: {
  answer: QueryAnswer;
  stale: boolean;
  onCsv: () => void;
}): ReactElement {
  const [page, setPage] = useState(1);
  // Columns of one statement mean nothing to the next.
  const [choice, setChoice] = useState<{ of: QueryAnswer; ids: string[] | undefined }>();
  const chosen = choice?.of.columns === answer.columns ? choice.ids : undefined;
  const setChosen = (ids: string[] | undefined): void => setChoice({ of: answer, ids });
  const pages = Math.max(1, Math.ceil(answer.rows.length / pageSize));
  const shown = Math.min(page, pages);
  const first = (shown - 1) * pageSize;
  const rows = answer.rows.slice(first, first + pageSize).map((cells, index): Row => ({ index: first + index, cells }));
  const columns = answer.columns.map(
    (column, index): Column<Row> => ({
      id: `${index} ${column.name}`,
      header: column.name,
      numeric: numeric.test(column.type),
      text: (row) => String(row.cells[index] ?? ''),
      cell: (row) => <Value cell={row.cells[index] ?? null} />,
    }),
  );
  const none = answer.columns.length === 0;
  return (
    <Card
      title="Result"
      note={`${countOf(answer.rowCount, 'row')} in ${formatDuration(answer.durationMs)}`}
      actions={
        <>
          {columns.length > manyColumns ? (
            <ColumnChooser columns={columns} chosen={chosen} onChoose={setChosen} />
          ) : null}
          <Button look="bare" icon="download" onClick={onCsv}>
            CSV
          </Button>
        </>
      }
    >
      {answer.truncated ? (
        <div className="card-body">
          <Notice kind="warning" title="There is more.">
            {answer.limitedBy === 'bytes'
              ? `Reading stopped at ${formatBytes(answer.limits.bytes)}.`
              : `Reading stopped at ${formatCount(answer.limits.rows)} rows.`}{' '}
            Narrow the statement, or use a database login of your own.
          </Notice>
        </div>
      ) : null}
      <DataTable
        label="Result"
        columns={columns}
        chosen={chosen}
        rows={rows}
        rowKey={(row) => row.index}
        stale={stale}
        paging={{ page: shown, pageSize, total: answer.rows.length, onPage: setPage }}
        empty={none ? 'The statement gave no columns.' : 'The statement gave no rows.'}
      />
    </Card>
  );
}

function Value({ cell }: { cell: Cell }): ReactElement {
  if (cell === null) return <span className="note">null</span>;
  return <>{String(cell)}</>;
}
