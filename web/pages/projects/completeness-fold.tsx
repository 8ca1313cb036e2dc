import type { ReactElement } from 'react';
import { streamTitle } from '../../../src/domain/stream-words.ts';
import type { Project } from '../../../src/features/code-quality/contract.ts';
import { Chip } from '../../components/chips.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Ago } from '../../components/time.tsx';
import { formatCount } from '../../words/numbers.ts';
import { Proof } from '../monitoring/proof.tsx';
import { completenessWords, rankOf } from './standing.ts';

type CompletenessRow = Project['completeness'][number];

const completenessColumns: readonly Column<CompletenessRow>[] = [
  { id: 'stream', header: 'What', phone: 'stay', cell: (row) => streamTitle(row.stream) },
  { id: 'branch', header: 'Branch', cell: (row) => row.branch ?? '' },
  {
    id: 'count',
    header: 'Stored / source',
    phone: 'stay',
    numeric: true,
    cell: (row) =>
      row.outcome === 'unavailable'
        ? 'not readable'
        : `${formatCount(row.stored)} / ${row.source === null ? 'unknown' : formatCount(row.source)}`,
  },
  { id: 'proof', header: 'Proof', cell: (row) => <Proof count={row} /> },
  { id: 'at', header: 'Measured', cell: (row) => <Ago at={row.measuredAt} /> },
];

/** Whether what is stored is what the server has: one line, and every stream when opened, what is amiss first. */
export function CompletenessFold({ project }: { project: Project }): ReactElement {
  const { completeness } = project;
  const { whole, words } = completenessWords(completeness);
  return (
    <details className="card fold">
      <summary>
        <h2>Completeness</h2>
        <Chip tone={whole ? 'passed' : 'warn'} glyph={whole ? '●' : '◐'}>
          {whole ? 'Complete' : 'Not proven complete'}
        </Chip>
        <span className="note">{words}</span>
      </summary>
      <DataTable
        label="Completeness"
        columns={completenessColumns}
        rows={completeness.toSorted((a, b) => rankOf(a) - rankOf(b))}
        rowKey={(row) => `${row.stream} ${row.branch ?? ''}`}
        empty="Nothing of this project has been read yet."
      />
    </details>
  );
}
