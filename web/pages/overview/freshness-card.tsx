import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { FreshIntegration } from '../../../src/features/overview/contract.ts';
import { useAllowed } from '../../app/allowed.ts';
import { Chip } from '../../components/chips.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { Ago } from '../../components/time.tsx';
import { countOf } from '../../words/numbers.ts';

/** How old what is shown may be, system by system, the late ones first. */
export function FreshnessCard({ freshness }: { freshness: readonly FreshIntegration[] | undefined }): ReactElement {
  const allowed = useAllowed();
  const rows = freshness?.toSorted((a, b) => rank(a) - rank(b));
  const late = freshness?.filter(({ stale }) => stale).length ?? 0;
  return (
    <Card
      title="Freshness"
      note={freshness === undefined ? '' : late === 0 ? 'nothing is late' : `${countOf(late, 'system')} late`}
    >
      <DataTable
        label="Freshness"
        columns={columnsFor(allowed('/integrations/$id'))}
        rows={rows}
        rowKey={({ id }) => id}
        skeletonRows={3}
        empty="Nothing that is read for you is connected."
      />
    </Card>
  );
}

const rank = ({ stale, lastGoodAt }: FreshIntegration): number => (stale ? 0 : lastGoodAt === null ? 1 : 2);

const columnsFor = (mayOpen: boolean): readonly Column<FreshIntegration>[] => [
  {
    id: 'name',
    header: 'System',
    fixed: true,
    className: 'name-cell',
    cell: ({ id, name }) =>
      mayOpen ? (
        <Link to="/integrations/$id" params={{ id: String(id) }}>
          {name}
        </Link>
      ) : (
        name
      ),
  },
  { id: 'state', header: 'State', phone: 'stay', cell: (row) => <StateChip row={row} /> },
  {
    id: 'at',
    header: 'Read whole',
    cell: ({ lastGoodAt }) => (lastGoodAt === null ? <span className="note">never</span> : <Ago at={lastGoodAt} />),
  },
];

function StateChip({ row: { stale, paused, lastGoodAt } }: { row: FreshIntegration }): ReactElement {
  if (stale)
    return (
      <Chip tone="none" glyph="!">
        {paused ? 'Paused, stale' : 'Stale'}
      </Chip>
    );
  if (paused)
    return (
      <Chip tone="none" glyph="‖">
        Paused
      </Chip>
    );
  if (lastGoodAt === null)
    return (
      <Chip tone="active" glyph="◔">
        First reading
      </Chip>
    );
  return (
    <Chip tone="passed" glyph="✓">
      Fresh
    </Chip>
  );
}
