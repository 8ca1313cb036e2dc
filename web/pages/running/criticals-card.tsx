import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { RunningList, RunningRow } from '../../../src/features/running/contract.ts';
import { runningQuery } from '../../api/running.ts';
import { useApi } from '../../app/context.ts';
import { type Column, QueryTable } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { Ago } from '../../components/time.tsx';
import { countOf } from '../../words/numbers.ts';
import { rowColumns } from './row-columns.tsx';
import { sinceWords } from './words.ts';

/** Running images with open critical vulnerabilities, whatever their gate says. */
export function CriticalsCard({
  asOf,
  node,
  counts,
}: {
  asOf: string | undefined;
  node: number | undefined;
  counts: RunningList['counts'] | undefined;
}): ReactElement | null {
  const query = useQuery(runningQuery(useApi(), { open: 'critical', asOf, node }));
  if (counts === undefined || counts.withCriticals === 0) return null;
  return (
    <Card title="Running images with open critical vulnerabilities" note={note(counts, asOf)}>
      <QueryTable
        query={query}
        label="Running images with open critical vulnerabilities"
        columns={columns}
        rows={(list) => list.rows}
        rowKey={({ id }) => id}
        empty="None is known."
      />
    </Card>
  );
}

function note({ criticalsInProduction, criticalsSince }: RunningList['counts'], asOf: string | undefined): string {
  if (criticalsInProduction === 0 || criticalsSince === null) return 'none of them in production';
  const since = sinceWords(criticalsSince, asOf === undefined ? new Date() : new Date(asOf));
  const verb = criticalsInProduction === 1 ? 'runs' : 'run';
  return `${countOf(criticalsInProduction, 'open critical')} ${verb} in production ${since}`;
}

const shown = ['verdict', 'service', 'environment', 'image', 'team'];

const columns: readonly Column<RunningRow>[] = [
  {
    id: 'criticals',
    header: 'Critical',
    fixed: true,
    numeric: true,
    phone: 'first',
    cell: ({ open }) => open?.critical ?? 0,
  },
  ...rowColumns
    .filter(({ id }) => shown.includes(id))
    .map(({ phone: _phone, ...column }) => ({
      ...column,
      fixed: column.id === 'service',
    })),
  {
    id: 'running',
    header: 'Running',
    cell: ({ criticalsSince }) => (criticalsSince === null ? '' : <Ago at={criticalsSince} />),
  },
  { id: 'fix', header: 'Fix', keep: true, cell: ({ criticalFixes }) => <Fix of={criticalFixes} /> },
];

/** `found 12 days ago, 2 of 3 fixed 3 days ago, not deployed yet` */
function Fix({ of }: { of: RunningRow['criticalFixes'] }): ReactElement {
  if (of === null) return <span className="note">not known</span>;
  const { running, waiting, detectedAt, fixedAt } = of;
  return (
    <>
      found <Ago at={detectedAt} />,{' '}
      {fixedAt === null ? (
        'not fixed'
      ) : (
        <>
          {waiting < running ? `${waiting} of ${running} ` : ''}fixed <Ago at={fixedAt} />, not deployed yet
        </>
      )}
    </>
  );
}
