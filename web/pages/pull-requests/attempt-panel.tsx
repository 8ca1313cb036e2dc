import type { ReactElement } from 'react';
import type { ReportAttempt } from '../../../src/features/reports/contract.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { SidePanel } from '../../components/overlay.tsx';
import { Facts } from '../../components/page.tsx';
import { KeptError } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';
import { formatCount } from '../../words/numbers.ts';
import { formatDuration } from '../../words/times.ts';
import { AttemptChip } from './report-chip.tsx';
import { annotationsWords, askedWords } from './words.ts';

type Call = ReportAttempt['calls'][number];
interface Row extends Call {
  number: number;
}

const columns: readonly Column<Row>[] = [
  {
    id: 'status',
    header: 'Status',
    phone: 'first',
    keep: true,
    cell: (row) => row.status ?? <span className="note">{row.code ?? 'no answer'}</span>,
  },
  { id: 'method', header: 'Method', phone: 'stay', keep: true, cell: (row) => row.method },
  {
    id: 'path',
    header: 'Path',
    phone: 'stay',
    prose: true,
    cell: (row) => <code>{row.path}</code>,
  },
  {
    id: 'took',
    header: 'Took',
    numeric: true,
    cell: (row) => (row.durationMs === null ? '' : `${formatCount(row.durationMs)} ms`),
  },
];

/** One attempt with each call it made. */
export function AttemptPanel({ attempt, onClose }: { attempt: ReportAttempt; onClose: () => void }): ReactElement {
  const { startedAt, endedAt, commit, error, calls } = attempt;
  return (
    <SidePanel title="Attempt to report" eyebrow={`Attempt ${attempt.id}`} wide onClose={onClose}>
      <div className="toolbar">
        <AttemptChip attempt={attempt} />
      </div>
      <KeptError error={error} />
      <Facts
        entries={[
          ['Asked for by', askedWords(attempt)],
          ['Commit', <code key="c">{commit}</code>],
          ['Annotations shown', annotationsWords([attempt])],
          ['Begun', <Moment key="b" at={startedAt} />],
          ['Took', endedAt === null ? null : formatDuration(Date.parse(endedAt) - Date.parse(startedAt))],
        ]}
      />
      <h3>Calls to Bitbucket</h3>
      <DataTable
        label="Calls to Bitbucket"
        columns={columns}
        rows={calls.map((call, index) => ({ ...call, number: index + 1 }))}
        rowKey={(row) => row.number}
        empty="None was needed."
      />
    </SidePanel>
  );
}
