import type { ReactElement } from 'react';
import type { ReportAttempt } from '../../../src/features/reports/contract.ts';
import { type Column, DataTable, RowLink } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { Ago } from '../../components/time.tsx';
import { countOf } from '../../words/numbers.ts';
import { AttemptChip } from './report-chip.tsx';
import { annotationsWords, askedWords, shortCommit } from './words.ts';

const columns: readonly Column<ReportAttempt>[] = [
  { id: 'outcome', header: 'Outcome', phone: 'first', keep: true, cell: (row) => <AttemptChip attempt={row} /> },
  {
    id: 'started',
    header: 'Begun',
    fixed: true,
    cell: (row) => (
      <RowLink search={{ attempt: row.id }}>
        <Ago at={row.startedAt} />
      </RowLink>
    ),
  },
  { id: 'commit', header: 'Commit', cell: (row) => <code>{shortCommit(row.commit)}</code> },
  { id: 'cause', header: 'Asked for by', cell: askedWords },
  {
    id: 'annotations',
    header: 'Annotations',
    numeric: true,
    cell: (row) => annotationsWords([row]) ?? <span className="note">none written</span>,
  },
  { id: 'calls', header: 'Calls', numeric: true, cell: (row) => countOf(row.calls.length, 'call') },
  { id: 'error', header: 'What went wrong', cell: (row) => row.error?.message ?? '' },
];

/** Each attempt to write the report; what needed no call left none. */
export function HistoryCard({
  attempts,
  open,
}: {
  attempts: readonly ReportAttempt[];
  open: number | undefined;
}): ReactElement {
  return (
    <Card title="History" note="the newest 20 attempts on any commit of this pull request">
      <DataTable
        label="History"
        columns={columns}
        rows={attempts}
        rowKey={(row) => row.id}
        openKey={open}
        empty="Nothing was written to Bitbucket yet."
      />
    </Card>
  );
}
