import type { ReactElement, ReactNode } from 'react';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Notice } from '../../components/states.tsx';
import { formatCount } from '../../words/numbers.ts';

export interface Taken {
  key: string;
  name: string;
  place: string;
  integration: string;
  alsoOf: readonly { id: number; name: string }[];
}

/** What rules would take, with who has it, too, before they are saved. */
export function TakenTable({
  taken,
  total,
  empty,
  words,
  children,
}: {
  taken: readonly Taken[];
  total: number;
  /** Rules that take nothing, as a person would read them. */
  empty: readonly string[];
  words: string;
  children: ReactNode;
}): ReactElement {
  const shared = taken.filter(({ alsoOf }) => alsoOf.length > 0).length;
  return (
    <section className="taken" aria-label="Preview">
      <p>
        <strong>{words}</strong> would be the team’s
        {shared === 0 ? '.' : `; ${formatCount(shared)} of those shown would be shared with other teams.`}
      </p>
      {empty.length === 0 ? null : (
        <Notice kind="warning" title="Some rules take nothing.">
          <ul className="samples">
            {empty.map((rule) => (
              <li key={rule}>{rule}</li>
            ))}
          </ul>
        </Notice>
      )}
      {total === 0 ? null : (
        <DataTable label="What would be the team’s" columns={columns} rows={taken} rowKey={(row) => row.key} empty="" />
      )}
      {total > taken.length ? (
        <p className="note">
          The first {formatCount(taken.length)} of {formatCount(total)}.
        </p>
      ) : null}
      <div className="form-actions">{children}</div>
    </section>
  );
}

const columns: readonly Column<Taken>[] = [
  { id: 'name', header: 'Name', fixed: true, className: 'name-cell', cell: (row) => row.name },
  { id: 'place', header: 'Key', cell: (row) => row.place },
  { id: 'integration', header: 'Integration', cell: (row) => row.integration },
  {
    id: 'also',
    header: 'Also of',
    phone: 'stay',
    cell: ({ alsoOf }) =>
      alsoOf.length === 0 ? <span className="note">nobody else</span> : alsoOf.map(({ name }) => name).join(', '),
  },
];
